"""Makes a model that vLLM can serve without a GPU and without a download: `python tiny_model.py FOLDER`.

Qwen2's architecture with small layers of random weights, and a tokenizer trained on this project's own texts. Its words
are noise; everything around them (protocol, schemas, limits, metrics) is vLLM's own. It is large enough to need some
seconds for an answer, so that there is time to go away in the middle of one. Run it with the Python of vLLM's
environment, which has these libraries.
"""

import sys
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).resolve().parents[2] / "knowledge" / "data" / "passages"
VOCABULARY = 2_000
CONTEXT_TOKENS = 4_096
SEED = 7
END, BEGIN, PAD = "<|im_end|>", "<|im_start|>", "<|endoftext|>"
CHAT = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def make(folder: Path) -> None:
    """Write the tokenizer and the weights."""
    from transformers import Qwen2Config, Qwen2ForCausalLM, set_seed  # type: ignore[import-not-found]

    set_seed(SEED)
    tokens = _tokenizer()
    config = Qwen2Config(
        vocab_size=len(tokens),
        hidden_size=512,
        intermediate_size=1_024,
        num_hidden_layers=8,
        num_attention_heads=8,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT_TOKENS,
        eos_token_id=tokens.convert_tokens_to_ids(END),
        pad_token_id=tokens.convert_tokens_to_ids(PAD),
        bos_token_id=None,
        tie_word_embeddings=True,
    )
    Qwen2ForCausalLM(config).save_pretrained(folder)
    tokens.save_pretrained(folder)


def _tokenizer() -> Any:
    """Byte pairs learnt from the passages, so that Chinese is cut as a real model would cut it."""
    from tokenizers import ByteLevelBPETokenizer  # type: ignore[import-not-found]
    from transformers import PreTrainedTokenizerFast

    learnt = ByteLevelBPETokenizer()
    files = sorted(str(file) for file in TEXTS.glob("*.yml"))
    learnt.train(files, vocab_size=VOCABULARY, special_tokens=[PAD, BEGIN, END], show_progress=False)
    tokens = PreTrainedTokenizerFast(tokenizer_object=learnt._tokenizer, eos_token=END, pad_token=PAD)
    tokens.chat_template = CHAT
    return tokens


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    make(Path(sys.argv[1]))
