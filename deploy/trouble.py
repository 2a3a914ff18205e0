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
