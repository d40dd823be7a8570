"""The Hub's addresses that the client uses, as it answers them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any, Literal

import yaml
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from tests.hub.server.cards import errors_of
from tests.hub.server.state import Blob, Commit, Person, Repo, State

Kind = Literal["models", "spaces"]

LARGE = (".safetensors", ".wav", ".bin", ".ckpt")


class RefusedError(Exception):
    """An answer of 400 or more."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        self.status, self.message = status, message
        self.headers = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})


def build_routes(state: State) -> FastAPI:
    """Return the application that answers for this state."""
    app = FastAPI()

    @app.exception_handler(RefusedError)
    async def refuse(request: Request, refused: RefusedError) -> Response:
        return JSONResponse({"error": refused.message}, refused.status, refused.headers)

    def asking(request: Request) -> Person | None:
        """Return who asks; None for anybody."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token and token not in state.people:
            raise RefusedError(401, "Invalid credentials in Authorization header")
        return state.people.get(token)

    def signed_in(request: Request) -> Person:
        person = asking(request)
        if person is None:
            raise RefusedError(401, "Invalid username or password.")
        return person

    def readable(request: Request, repo_id: str, kind: Kind = "models") -> Repo:
        person, repo = asking(request), state.of(kind).get(repo_id)
        if repo is None or (repo.private and not (person and person.owns(repo_id))):
            raise RefusedError(404 if person else 401, "Repository not found", "RepoNotFound")
        return repo

    def writable(request: Request, repo_id: str, kind: Kind = "models") -> Repo:
        person = signed_in(request)
        repo = readable(request, repo_id, kind)
        if not person.owns(repo_id) or not person.may_write:
            raise RefusedError(403, "You don't have the rights to write to this repository")
        return repo

    def found(repo: Repo, revision: str) -> Commit:
        commit = repo.at(revision)
        if commit is None:
            raise RefusedError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return commit

    @app.get("/api/whoami-v2")
    async def whoami(request: Request) -> dict:
        person = signed_in(request)
        orgs = [{"name": name, "fullname": name, "type": "org"} for name in person.organisations]
        return {"type": "user", "name": person.name, "fullname": person.name.title(), "orgs": orgs}

    @app.post("/api/repos/create")
    async def create(request: Request) -> Response:
        person, asked = signed_in(request), await request.json()
        repo_id = f"{asked.get('organization') or person.name}/{asked['name']}"
        what = asked.get("type", "model")
        if not person.owns(repo_id) or not person.may_write:
            raise RefusedError(
                403, f'You don\'t have the rights to create a {what} under the namespace "{repo_id}"'
            )
        if what == "space" and "sdk" not in asked:
            raise RefusedError(400, "A Space needs an SDK")
        kind: Kind = "spaces" if what == "space" else "models"
        page = f"spaces/{repo_id}" if what == "space" else repo_id
        url = {"url": f"{request.base_url}{page}", "name": repo_id}
        if repo_id in state.of(kind):
            return JSONResponse({"error": f"You already created this {what} repo", **url}, 409)
        repo = state.create(repo_id, asked.get("visibility") == "private", kind)
        repo.hardware = asked.get("hardware", repo.hardware)
        return JSONResponse(url)

    @app.delete("/api/repos/delete")
    async def delete(request: Request) -> Response:
        asked = await request.json()
        repo = writable(request, f"{asked['organization']}/{asked['name']}")
        del state.repos[repo.id]
        return Response("OK")

    @app.post("/api/validate-yaml")
    async def validate(request: Request) -> Response:
        asked = await request.json()
        errors = errors_of(asked["content"], asked["repoType"])
        body = {"errors": [{"message": error} for error in errors], "warnings": []}
        return JSONResponse(body, 400 if errors else 200)

    @app.get("/api/models")
    async def search(request: Request) -> list[dict]:
        asked, person = request.query_params, asking(request)
        wanted, words = set(asked.getlist("filter")), asked.get("search", "").lower()
        rows = [
            _described(repo, repo.head)
            for repo in state.repos.values()
            if (not repo.private or (person and person.owns(repo.id)))
            and words in repo.id.lower()
            and asked.get("author", repo.owner) == repo.owner
        ]
        return [row for row in rows if wanted <= set(row["tags"])][: int(asked.get("limit", 1000))]

    @app.get("/api/{kind}/{owner}/{name}")
    async def info(request: Request, kind: Kind, owner: str, name: str) -> dict:
        repo = readable(request, f"{owner}/{name}", kind)
        return _described(repo, repo.head, files=True)

    @app.get("/api/{kind}/{owner}/{name}/revision/{revision:path}")
    async def info_at(request: Request, kind: Kind, owner: str, name: str, revision: str) -> dict:
        repo = readable(request, f"{owner}/{name}", kind)
        return _described(repo, found(repo, revision), files=True)

    @app.get("/api/models/{owner}/{name}/tree/{revision}")
    async def tree(request: Request, owner: str, name: str, revision: str) -> list[dict]:
        files = found(readable(request, f"{owner}/{name}"), revision).files
        return [{"type": "file", "path": path, **_listed(blob, "oid")} for path, blob in files.items()]

    @app.get("/api/models/{owner}/{name}/commits/{revision}")
    async def commits(request: Request, owner: str, name: str, revision: str) -> list[dict]:
        repo = readable(request, f"{owner}/{name}")
        return [
            {"id": commit.id, "title": commit.title, "message": "", "authors": [],
             "date": "2026-11-23T12:00:00.000Z"} for commit in reversed(repo.commits)
        ]  # fmt: skip

    @app.put("/api/{kind}/{owner}/{name}/settings")
    async def settings(request: Request, kind: Kind, owner: str, name: str) -> dict:
        repo, asked = writable(request, f"{owner}/{name}", kind), await request.json()
        repo.gated = asked.get("gated", repo.gated)
        repo.private = asked.get("visibility", "private" if repo.private else "public") == "private"
        return {"gated": repo.gated, "private": repo.private}

    @app.post("/api/models/{owner}/{name}/super-squash/{branch}")
    async def squash(request: Request, owner: str, name: str, branch: str) -> dict:
        repo, asked = writable(request, f"{owner}/{name}"), await request.json()
        files, repo.commits = repo.head.files, []
        return {"commitId": repo.commit(asked["message"], files).id}

    @app.post("/api/{kind}/{owner}/{name}/preupload/{revision}")
    async def preupload(request: Request, kind: Kind, owner: str, name: str, revision: str) -> dict:
        files = found(writable(request, f"{owner}/{name}", kind), revision).files
        return {
            "files": [
                {
                    "path": file["path"],
                    "uploadMode": "lfs" if file["path"].endswith(LARGE) else "regular",
                    "shouldIgnore": False,
                    "oid": files[file["path"]].etag if file["path"] in files else None,
                }
                for file in (await request.json())["files"]
            ]
        }

    @app.post("/{owner}/{name}.git/info/lfs/objects/batch")
    async def batch(request: Request, owner: str, name: str) -> dict:
        return await _batch(request, f"{owner}/{name}", "models")

    @app.post("/spaces/{owner}/{name}.git/info/lfs/objects/batch")
    async def batch_of_space(request: Request, owner: str, name: str) -> dict:
        return await _batch(request, f"{owner}/{name}", "spaces")

    async def _batch(request: Request, repo: str, kind: Kind) -> dict:
        writable(request, repo, kind)
        objects: list[dict] = []
        for entry in (await request.json())["objects"]:
            href = f"{request.base_url}lfs/{entry['oid']}"
            actions = {"upload": {"href": href}, "verify": {"href": f"{href}/verify"}}
            objects.append(entry if entry["oid"] in state.large else entry | {"actions": actions})
        return {"transfer": "basic", "objects": objects}

    @app.put("/lfs/{oid}")
    async def upload(request: Request, oid: str) -> Response:
        data = await request.body()
        if hashlib.sha256(data).hexdigest() != oid:
            raise RefusedError(400, "the contents do not have this hash")
        state.large[oid] = data
        return Response()

    @app.post("/lfs/{oid}/verify")
    async def verify(request: Request, oid: str) -> Response:
        return Response(status_code=200 if oid in state.large else 404)

    @app.post("/api/{kind}/{owner}/{name}/commit/{revision}")
    async def commit(request: Request, kind: Kind, owner: str, name: str, revision: str) -> dict:
        repo = writable(request, f"{owner}/{name}", kind)
        lines = [json.loads(line) for line in (await request.body()).splitlines()]
        header = next(line["value"] for line in lines if line["key"] == "header")
        if header.get("parentCommit", repo.head.id) != repo.head.id:
            raise RefusedError(412, "A commit has happened since. Please refresh and try again.")
        files = dict(repo.head.files)
        for line in lines:
            _apply(files, line["key"], line["value"], state)
        made = repo.commit(header["summary"], files)
        return {"commitOid": made.id, "commitUrl": f"{request.base_url}{repo.id}/commit/{made.id}"}

    @app.get("/api/spaces/{owner}/{name}/variables")
    async def variables(request: Request, owner: str, name: str) -> dict:
        return _variables(writable(request, f"{owner}/{name}", "spaces"))

    @app.post("/api/spaces/{owner}/{name}/variables")
    async def add_variable(request: Request, owner: str, name: str) -> dict:
        repo, asked = writable(request, f"{owner}/{name}", "spaces"), await request.json()
        repo.variables[asked["key"]] = asked["value"]
        return _variables(repo)

    @app.post("/api/spaces/{owner}/{name}/secrets")
    async def add_secret(request: Request, owner: str, name: str) -> Response:
        repo, asked = writable(request, f"{owner}/{name}", "spaces"), await request.json()
        repo.secrets[asked["key"]] = asked["value"]
        return Response()

    @app.get("/api/spaces/{owner}/{name}/runtime")
    async def runtime(request: Request, owner: str, name: str) -> dict:
        return _runtime(readable(request, f"{owner}/{name}", "spaces"))

    @app.post("/api/spaces/{owner}/{name}/hardware")
    async def hardware(request: Request, owner: str, name: str) -> dict:
        repo, asked = writable(request, f"{owner}/{name}", "spaces"), await request.json()
        repo.hardware = asked["flavor"]
        return _runtime(repo)

    @app.api_route("/{owner}/{name}/resolve/{revision}/{path:path}", methods=["GET", "HEAD"])
    async def download(request: Request, owner: str, name: str, revision: str, path: str) -> Response:
        repo, person = readable(request, f"{owner}/{name}"), asking(request)
        inside = person and (person.owns(repo.id) or person.name in repo.accepted)
        if repo.gated and not inside:
            raise RefusedError(
                403 if person else 401, f"Access to model {repo.id} is restricted", "GatedRepo"
            )
        commit = found(repo, revision)
        if path not in commit.files:
            raise RefusedError(404, "Entry not found", "EntryNotFound")
        return _file(request, commit, commit.files[path])

    return app


def _apply(files: dict[str, Blob], key: str, value: dict[str, Any], state: State) -> None:
    """Do one line of a commit to the files."""
    if key == "file":
        files[value["path"]] = Blob(base64.b64decode(value["content"]))
    elif key == "lfsFile":
        if value["oid"] not in state.large:
            raise RefusedError(400, f"{value['path']} was not uploaded")
        files[value["path"]] = Blob(state.large[value["oid"]], large=True)
    elif key == "deletedFile":
        if files.pop(value["path"], None) is None:
            raise RefusedError(404, "A file with this name doesn't exist", "EntryNotFound")
    elif key == "deletedFolder":
        for path in [path for path in files if path.startswith(value["path"].rstrip("/") + "/")]:
            del files[path]


def _described(repo: Repo, commit: Commit, files: bool = False) -> dict[str, Any]:
    readme = commit.files.get("README.md")
    match = re.match(r"---\s*\n(.*?)\n---", readme.read_bytes().decode() if readme else "", re.DOTALL)
    card = yaml.safe_load(match[1]) if match else None
    tags = [*(card or {}).get("tags", [])]
    tags += [tag for tag in ((card or {}).get("library_name"),) if tag and tag not in tags]
    row = {
        "id": repo.id, "modelId": repo.id, "author": repo.owner, "sha": commit.id, "private": repo.private,
        "gated": repo.gated, "downloads": repo.downloads, "likes": 0, "tags": tags, "cardData": card,
        "lastModified": "2026-11-23T12:00:00.000Z",
    }  # fmt: skip
    if files:
        row["siblings"] = [{"rfilename": n, **_listed(blob, "blobId")} for n, blob in commit.files.items()]
    return row


def _variables(repo: Repo) -> dict[str, Any]:
    return {key: {"key": key, "value": value} for key, value in repo.variables.items()}


def _runtime(repo: Repo) -> dict[str, Any]:
    return {"stage": "BUILDING", "hardware": {"current": None, "requested": repo.hardware}, "storage": None}


def _listed(blob: Blob, hash_name: str) -> dict[str, Any]:
    row: dict[str, Any] = {"size": blob.size, hash_name: blob.git_sha1}
    if blob.large:
        row["lfs"] = {"size": blob.size, "sha256": blob.sha256, "oid": blob.sha256, "pointerSize": 130}
    return row


def _file(request: Request, commit: Commit, blob: Blob) -> Response:
    data = blob.read_bytes()
    headers = {
        "X-Repo-Commit": commit.id,
        "ETag": f'"{blob.etag}"',
        "X-Linked-Etag": f'"{blob.etag}"',
        "X-Linked-Size": str(len(data)),
        "Accept-Ranges": "bytes",
    }
    if request.method == "HEAD":
        return Response(headers=headers | {"Content-Length": str(len(data))})
    asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
    if asked is None:
        return Response(data, headers=headers, media_type="application/octet-stream")
    start = int(asked[1])
    headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
    return Response(data[start:], 206, headers, "application/octet-stream")
