"""The disk images in the settings: listed, attached, made, uploaded and removed."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { ImagesList } = await load("ui/macs/images-list.js");
const { RequestError } = await load("connection/request-json.js");
document.body.innerHTML = '<div id="mac-settings"><p id="mac-note"></p></div>';
const element = (id) => document.getElementById(id);
const asked = [];
let refusal = null, attached = 0;
const image = (name) => ({
  name, size: 1000, modified: 0, sentence: "This is a CD image (ISO 9660).", values: {}, uses: ["disk", "cd"],
  attached: null, read_only: false,
});
const server = {
  takes: ["disk", "cd"], locks: true, images: [image("a.img"), image("b.img")],
  elsewhere: [{ path: "/x/own.img", attached: "disk", read_only: false }],
};
const answer = () => structuredClone(server);
const act = (...what) => {
  asked.push(what);
  if (refusal) throw refusal;
};
const api = {
  list: async () => answer(),
  async attach(name, use, readOnly) {
    act("attach", name, use, readOnly);
    Object.assign(server.images.find((each) => each.name === name), { attached: use, read_only: readOnly });
    return answer();
  },
  async create(name, size, volume) {
    act("create", name, size, volume);
    if (server.images.some((each) => each.name === name)) throw new RequestError("taken", 409);
    server.images.push(image(name));
  },
  async store(name) { act("store", name); server.images.push(image(name)); },
  async delete(name) {
    act("delete", name);
    server.images = server.images.filter((each) => each.name !== name);
  },
  address: (name) => name,
};
const tabs = Object.assign(new EventTarget(), { shownTab: "mac-tab", offer() {} });
const list = new ImagesList(api, tabs, () => { attached++; });
const settle = async () => { for (let i = 0; i < 20; i++) await new Promise((then) => setTimeout(then)); };
const look = async () => { tabs.dispatchEvent(new Event("shown")); await settle(); };
const names = (id = "images-list") =>
  [...element(id).querySelectorAll("strong")].map((each) => each.textContent);
const choose = async (place, value) => {
  const field = element("images-list").querySelectorAll("select")[place];
  field.focus();
  field.value = value;
  field.dispatchEvent(new Event("change"));
  await settle();
};
await look();
"""


def test_images_are_listed_where_the_mac_takes_some(run: Run) -> None:
    body = """
    const seen = [names(), names("images-elsewhere"), element("images").hidden];
    server.takes = [];
    await look();
    return [...seen, element("images").hidden];
    """
    assert run(SCENE + body) == [["a.img", "b.img"], ["own.img"], False, True]


def test_an_image_is_attached_and_its_list_keeps_the_focus(run: Run) -> None:
    body = """
    await choose(1, "disk, read-only");
    const { value, ariaLabel } = document.activeElement;
    return [asked, attached, value, ariaLabel];
    """
    assert run(SCENE + body) == [
        [["attach", "b.img", "disk", True]],
        1,
        "disk, read-only",
        "Attached as: b.img",
    ]


def test_a_refusal_is_said_until_something_is_done(run: Run) -> None:
    body = """
    refusal = new RequestError("cdrom: a.img: It is a disk, not a CD.", 422);
    await choose(0, "cd");
    const error = element("images-error");
    const refused = [error.textContent, error.hidden, attached, document.activeElement.value];
    refusal = null;
    await choose(0, "disk");
    return [refused, error.hidden];
    """
    assert run(SCENE + body) == [["cdrom: a.img: It is a disk, not a CD.", False, 0, ""], True]


def test_an_empty_disk_gets_a_free_name(run: Run) -> None:
    body = """
    element("images-new").click();
    element("new-disk").querySelector("input").value = "a";
    element("new-disk").requestSubmit();
    await settle();
    return [asked, names(), element("new-disk").hidden];
    """
    assert run(SCENE + body) == [
        [["create", "a.img", 500, "a"], ["create", "a 2.img", 500, "a"]],
        ["a.img", "b.img", "a 2.img"],
        True,
    ]


def test_chosen_files_are_uploaded_and_listed(run: Run) -> None:
    body = """
    const chooser = element("images").querySelector("input[type=file]");
    const dataTransfer = new DataTransfer();
    for (const name of ["c.img", "d.img"]) dataTransfer.items.add(new File(["x"], name));
    chooser.files = dataTransfer.files;
    chooser.dispatchEvent(new Event("change"));
    await settle();
    return [asked, names(), element("images-uploads").querySelector("[role=status]").textContent];
    """
    assert run(SCENE + body) == [
        [["store", "c.img"], ["store", "d.img"]],
        ["a.img", "b.img", "c.img", "d.img"],
        "2 files are uploaded",
    ]


def test_an_image_is_removed_and_the_focus_stays_in_the_list(run: Run) -> None:
    body = """
    const remove = element("images-list").querySelectorAll("button")[1];
    remove.focus();
    remove.click();
    remove.click();
    await settle();
    return [asked, names(), document.activeElement.id];
    """
    assert run(SCENE + body) == [[["delete", "a.img"]], ["b.img"], "images-upload"]


def test_a_change_leaves_the_focus_where_it_is_by_then(run: Run) -> None:
    body = """
    const attach = api.attach;
    let answered;
    const gate = new Promise((then) => { answered = then; });
    api.attach = async (...what) => { await gate; return attach(...what); };
    document.body.append(Object.assign(document.createElement("button"), { id: "other" }));
    await choose(0, "disk");
    element("other").focus();
    answered();
    await settle();
    return [asked, document.activeElement.id];
    """
    assert run(SCENE + body) == [[["attach", "a.img", "disk", False]], "other"]
