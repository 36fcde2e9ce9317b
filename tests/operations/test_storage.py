from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from common.storage import StaticStorage


@pytest.fixture
def storage(tmp_path: Path) -> StaticStorage:
    """Static files of a small site, collected."""
    storage = StaticStorage(location=tmp_path)
    files = {
        "css/site.css": "body { background: url('../paper.svg'); }" + "/* ink */" * 50,
        "paper.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "js/menu.js": 'import { open } from "./dialog.js";\nopen();\n',
        "js/dialog.js": "export function open() {}\n",
    }
    for name, content in files.items():
        storage.save(name, ContentFile(content.encode()))
    results = storage.post_process({name: (storage, name) for name in files})
    assert not [result for _name, _new_name, result in results if isinstance(result, Exception)]
    return storage


def test_file_is_named_after_its_content_and_lies_beside_its_gzip(storage):
    name = storage.stored_name("css/site.css")
    assert name != "css/site.css"
    assert storage.exists(f"{name}.gz")
    assert not storage.exists(f"{name}.br")


def test_style_sheets_and_modules_name_the_hashed_files(storage):
    style = Path(storage.path(storage.stored_name("css/site.css"))).read_text()
    module = Path(storage.path(storage.stored_name("js/menu.js"))).read_text()
    assert Path(storage.stored_name("paper.svg")).name in style
    assert Path(storage.stored_name("js/dialog.js")).name in module
