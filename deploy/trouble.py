"""What can stop the house from starting: one sentence with the remedy, in Chinese and English."""


class Trouble(Exception):
    """A reason not to start, and what to do about it."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")


def port_in_use(host: str, port: int) -> Trouble:
    """Somebody else listens there."""
    return Trouble(
        f"端口 {port} 已被占用。请先停止占用它的程序，或换一个端口：XINGLIN_PORT={port + 1} make run",
        f"Port {port} on {host} is in use. Stop the other program, or choose another: XINGLIN_PORT={port + 1} make run",
    )


def no_rasa_python(path: str) -> Trouble:
    """The environment of Rasa is missing."""
    return Trouble(
        f"没有找到 Rasa 的运行环境（{path}）。请运行 make setup。",
        f"Rasa's environment is missing ({path}). Run `make setup`.",
    )


def training_failed(log: str) -> Trouble:
    """The NLU files do not make a model."""
    return Trouble(
        f"训练对话模型失败，原因见 {log}。如果刚改过 nlu/ 里的文件，请先改回来再试。",
        f"Training the dialogue model failed, see {log}. If files in nlu/ were changed, undo that and try again.",
    )


def rasa_not_ready(log: str, model: str) -> Trouble:
    """Rasa started but has no model to answer with."""
    return Trouble(
        f"Rasa 没能启动，原因见 {log}。模型文件可能损坏：删除 {model} 后再运行 make run 会重新训练。",
        f"Rasa did not become ready, see {log}. If the model is broken, delete {model} and run `make run` again.",
    )


def bad_settings(detail: str) -> Trouble:
    """A setting has a value that can't be used."""
    return Trouble(
        f"配置有误：{detail}。请检查环境变量或 .env 文件。",
        f"A setting is wrong: {detail}. Check the environment and .env.",
    )


def store_broken(url: str) -> Trouble:
    """The database does not open."""
    return Trouble(
        f"数据库打不开：{url}。请检查地址、权限和磁盘空间。",
        f"The database does not open: {url}. Check the address, permissions and disk space.",
    )


def bad_knowledge(detail: str) -> Trouble:
    """What the hospital wrote or imported does not load."""
    return Trouble(
        f"医学资料装不起来：{detail}。运行 xinglin knowledge check 和 xinglin knowledge status 看哪里错了。",
        "The knowledge does not load. Run `xinglin knowledge check` and `xinglin knowledge status`.",
    )


def no_wheel(name: str) -> Trouble:
    """A package that the model server needs is not installed."""
    return Trouble(
        f"缺少软件包 {name}（或这台电脑没有它的安装包）。请用 make llm 启动，它会先装好。",
        f"The package {name} is missing, or has no wheel for this machine. Start with `make llm`, which installs it.",
    )


def no_model_file(path: str) -> Trouble:
    """There are no weights to serve."""
    return Trouble(
        f"没有找到模型文件：{path}。请检查路径：make llm MODEL=文件.gguf",
        f"There is no model file {path}. Check the path: make llm MODEL=file.gguf",
    )


def not_a_model(name: str) -> Trouble:
    """The weights can't be served."""
    return Trouble(
        f"模型没有启动：{name} 可能不是完整的 GGUF 文件，或内存不够。",
        f"The model did not start: {name} may be no complete GGUF file, or memory is short.",
    )


def model_port_in_use(port: int) -> Trouble:
    """Somebody else listens where the model server should."""
    return Trouble(
        f"端口 {port} 已被占用。请先停止占用它的程序，或换一个端口：make llm PORT={port + 1}",
        f"Port {port} is in use. Stop the other program, or choose another: make llm PORT={port + 1}",
    )


def bad_account_file(detail: str) -> Trouble:
    """The operator's file of the official account can't be used."""
    return Trouble(
        f"公众号设置文件有误：{detail}。可对照 connectors/wechat/places.example.yml 修改。",
        "The file of the official account is wrong; compare it with connectors/wechat/places.example.yml.",
    )


def bad_roster(detail: str) -> Trouble:
    """The list of nurses can't be used."""
    return Trouble(
        f"护士名单有误：{detail}。可对照 connectors/wecom/nurses.example.yml 修改。",
        "The list of nurses is wrong; compare it with connectors/wecom/nurses.example.yml.",
    )


def no_wechat() -> Trouble:
    """No official account is configured."""
    return Trouble(
        "还没有配置公众号：请设置 XINGLIN_WECHAT_APP_ID、XINGLIN_WECHAT_APP_SECRET 等，步骤见 docs/wechat.md。",
        "No official account is configured: set XINGLIN_WECHAT_APP_ID and the others, see docs/wechat.md.",
    )


def wechat_refused(code: int, advice: str) -> Trouble:
    """WeChat did not do what was asked."""
    return Trouble(f"微信没有接受（{code}）：{advice}", f"WeChat refused ({code}). `xinglin doctor` tells more.")
