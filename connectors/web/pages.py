"""The pages: built once by Vite, served as files."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from aiohttp import web

from connectors.problem import problem

PAGES = {"/": "index.html", "/desk": "desk.html", "/practice": "practice.html", "/teacher": "teacher.html"}
IMMUTABLE = "public, max-age=31536000, immutable"  # the names of assets hold their content's hash
NOT_BUILT = "页面还没有构建，请运行 make run。"


def page_routes(ui: Path) -> Sequence[web.AbstractRouteDef]:
    """Routes of the pages below `ui`, the folder Vite writes."""
    pages = [web.get(path, _page(ui / name)) for path, name in PAGES.items()]
    return (*pages, web.get("/assets/{name}", _asset(ui / "assets")))


def _page(file: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(_request: web.Request) -> web.StreamResponse:
        if not await asyncio.to_thread(file.is_file):
            return problem(503, NOT_BUILT)
        return web.FileResponse(file, headers={"Cache-Control": "no-cache"})

    return serve


def _asset(folder: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        file = folder / request.match_info["name"]
        if file.parent != folder or not await asyncio.to_thread(file.is_file):
            raise web.HTTPNotFound
        return web.FileResponse(file, headers={"Cache-Control": IMMUTABLE})

    return serve
