"""`xinglin wechat`: what an operator does with the official account."""

import asyncio
import json
from pathlib import Path

import click

from deploy.terminal import read_settings, troubles

CODE_SCALE = 8  # pixels a module: legible from a poster


@click.group()
def wechat() -> None:
    """微信公众号：菜单、场景二维码。The official account: menu and codes of places."""


@wechat.group()
def menu() -> None:
    """公众号菜单。The account's menu."""


@menu.command()
def push() -> None:
    """把文件里的菜单推到微信。Replace the account's menu by the file's."""
    from deploy.wechat_admin import push_menu

    with troubles():
        count = asyncio.run(push_menu(read_settings()))
        click.echo(
            f"菜单已更新（{count} 个一级菜单），手机上最多 5 分钟后看到。" if count else "文件里没有菜单，已删除。"
        )


@menu.command()
def show() -> None:
    """看微信上现在的菜单。The menu as WeChat has it."""
    from deploy.wechat_admin import shown_menu

    with troubles():
        click.echo(json.dumps(asyncio.run(shown_menu(read_settings())), ensure_ascii=False, indent=2))


@wechat.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def codes(folder: Path) -> None:
    """为每个场景生成二维码图片。A picture of the code of every place in the file."""
    import segno

    from deploy.wechat_admin import code_urls

    with troubles():
        folder.mkdir(parents=True, exist_ok=True)
        for scene, url in asyncio.run(code_urls(read_settings())).items():
            segno.make(url, error="m").save(str(folder / f"{scene}.png"), scale=CODE_SCALE)
            click.echo(folder / f"{scene}.png")
