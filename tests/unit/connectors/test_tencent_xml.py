"""Tencent's XML: every kind of message is read, every known attack is refused, what we write is what is read."""

import time
import tracemalloc
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message  # type: ignore[import-untyped]

from connectors.tencent.xml import Node, NotXml, Writable, each, inner, read_xml, text, write_xml

MOST = 64 * 1024
HEAD = (
    "<ToUserName><![CDATA[gh_e136c6e50636]]></ToUserName>"
    "<FromUserName><![CDATA[oMgHVjngRipVsoxg6TuX3vz6glDg]]></FromUserName>"
    "<CreateTime>1795242245</CreateTime>"
)


def message(inside: str) -> bytes:
    return f"<xml>{HEAD}{inside}</xml>".encode()


def kind(name: str, inside: str) -> bytes:
    return message(f"<MsgType><![CDATA[{name}]]></MsgType>{inside}<MsgId>23456789012345678</MsgId>")


def event(name: str, inside: str = "") -> bytes:
    return message(f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>{inside}")


MESSAGES = {
    "text": kind("text", "<Content><![CDATA[阿司匹林<100mg>能和布洛芬一起吃吗？😷]]></Content>"),
    "voice": kind(
        "voice",
        "<MediaId><![CDATA[m1]]></MediaId><Format><![CDATA[amr]]></Format><Recognition><![CDATA[头疼]]></Recognition>",
    ),
    "image": kind("image", "<PicUrl><![CDATA[http://p/1?a=1&b=2]]></PicUrl><MediaId><![CDATA[m2]]></MediaId>"),
    "video": kind("video", "<MediaId><![CDATA[m3]]></MediaId><ThumbMediaId><![CDATA[m4]]></ThumbMediaId>"),
    "location": kind(
        "location",
        "<Location_X>23.134521</Location_X><Location_Y>113.358803</Location_Y><Scale>20</Scale>"
        "<Label><![CDATA[门诊楼]]></Label>",
    ),
    "link": kind(
        "link", "<Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description><Url><![CDATA[u]]></Url>"
    ),
    "subscribe": event("subscribe"),
    "subscribe_scan": event(
        "subscribe", "<EventKey><![CDATA[qrscene_ward7]]></EventKey><Ticket><![CDATA[T]]></Ticket>"
    ),
    "unsubscribe": event("unsubscribe"),
    "scan": event("SCAN", "<EventKey><![CDATA[ward7]]></EventKey><Ticket><![CDATA[T]]></Ticket>"),
    "click": event("CLICK", "<EventKey><![CDATA[book]]></EventKey>"),
    "view": event("VIEW", "<EventKey><![CDATA[https://h/]]></EventKey>"),
    "sent": event("TEMPLATESENDJOBFINISH", "<MsgID>200163836</MsgID><Status><![CDATA[failed:user block]]></Status>"),
    "pictures": event(
        "pic_weixin",
        "<EventKey><![CDATA[k]]></EventKey><SendPicsInfo><Count>2</Count><PicList>"
        "<item><PicMd5Sum><![CDATA[5a]]></PicMd5Sum></item><item><PicMd5Sum><![CDATA[5b]]></PicMd5Sum></item>"
        "</PicList></SendPicsInfo>",
    ),
    "scancode": event(
        "scancode_waitmsg",
        "<EventKey><![CDATA[k]]></EventKey><ScanCodeInfo><ScanType><![CDATA[qrcode]]></ScanType>"
        "<ScanResult><![CDATA[2]]></ScanResult></ScanCodeInfo>",
    ),
}
POPUP = event(
    "subscribe_msg_popup_event",
    "<SubscribeMsgPopupEvent>"
    "<List><TemplateId><![CDATA[t1]]></TemplateId><SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString></List>"
    "<List><TemplateId><![CDATA[t2]]></TemplateId><SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString></List>"
    "</SubscribeMsgPopupEvent>",
)


def as_lists(node: Node) -> object:
    """Repeated elements as xmltodict has them, which wechatpy reads with."""
    if isinstance(node, Mapping):
        return {name: as_lists(value) for name, value in node.items()}
    return [as_lists(value) for value in node] if isinstance(node, tuple) else node


@pytest.mark.parametrize("name", MESSAGES)
def test_it_is_read_as_wechatpy_reads_it(name: str) -> None:
    ours, theirs = read_xml(MESSAGES[name], MOST), parse_message(MESSAGES[name].decode())
    assert text(ours, "FromUserName") == theirs.source
    assert text(ours, "ToUserName") == theirs.target
    assert int(text(ours, "CreateTime")) == int(theirs.create_time.timestamp())
    # wechatpy names this event anew and cuts the key's prefix; it is on the wire all the same.
    renamed = {"Event": "subscribe", "EventKey": "qrscene_ward7"} if name == "subscribe_scan" else {}
    assert as_lists(ours) == theirs._data | renamed


def test_words_stay_as_they_were() -> None:
    assert text(read_xml(MESSAGES["text"], MOST), "Content") == "阿司匹林<100mg>能和布洛芬一起吃吗？😷"
    # Outside CDATA too, with the five entities that every XML document has.
    assert text(read_xml(b"<xml><A>1 &lt; 2 &amp; 3&#x4F60;</A></xml>", MOST), "A") == "1 < 2 & 3你"


def test_an_element_that_comes_several_times() -> None:
    popup = inner(read_xml(POPUP, MOST), "SubscribeMsgPopupEvent")
    assert [text(one, "TemplateId") for one in each(popup, "List")] == ["t1", "t2"]
    pictures = inner(inner(read_xml(MESSAGES["pictures"], MOST), "SendPicsInfo"), "PicList")
    assert [text(one, "PicMd5Sum") for one in each(pictures, "item")] == ["5a", "5b"]


def test_once_or_never_is_read_alike() -> None:
    once = read_xml(b"<xml><L><A>1</A></L></xml>", MOST)
    assert [text(one, "A") for one in each(once, "L")] == ["1"]
    assert each(once, "M") == []
    assert each(read_xml(b"<xml><L>words</L></xml>", MOST), "L") == []
    three = inner(read_xml(b"<xml><E><L>a</L><L><A>1</A></L><L/></E></xml>", MOST), "E")
    assert [text(one, "A") for one in each(three, "L")] == ["1"]


def test_a_field_of_another_shape_is_as_good_as_missing() -> None:
    fields = read_xml(b"<xml><FromUserName><a>1</a></FromUserName><Info>words</Info></xml>", MOST)
    assert text(fields, "FromUserName") == text(fields, "Missing") == ""
    assert inner(fields, "Info") == inner(fields, "Missing") == {}


def test_attributes_comments_and_instructions_say_nothing() -> None:
    body = b'<?xml version="1.0"?><xml a="1"><A b="2"><!-- x -->1<?php 2?></A></xml>'
    assert read_xml(body, MOST) == {"A": "1"}


LAUGHS = '<!DOCTYPE xml [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
)
HOSTILE = {
    "billion laughs": f"{LAUGHS}]><xml><A>&j;</A></xml>".encode(),
    "quadratic": b'<!DOCTYPE x [<!ENTITY a "' + b"x" * 20_000 + b'">]><xml><A>' + b"&a;" * 10_000 + b"</A></xml>",
    "file": b'<!DOCTYPE x [<!ENTITY e SYSTEM "/etc/passwd">]><xml><A>&e;</A></xml>',
    "net": b'<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]><xml><A>&e;</A></xml>',
    "parameter": b'<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x.dtd">%e;]><xml/>',
    "doctype": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd"><xml/>',
    "unknown entity": b"<xml><A>&nbsp;</A></xml>",
    "deep": b"<xml>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</xml>",
    "a little too deep": b"<xml>" + b"<a>" * 9 + b"</a>" * 9 + b"</xml>",
    "not UTF-8": b"<xml><A>\xff\xfe</A></xml>",
    "GBK": "<?xml version='1.0' encoding='GBK'?><xml><A>头疼</A></xml>".encode("gbk"),
    "UTF-16": "<xml><A>1</A></xml>".encode("utf-16"),
    "UTF-7": b"<?xml version='1.0' encoding='UTF-7'?>+ADw-xml/+AD4-",
    "surrogate": b"<xml><A>\xed\xa0\x80</A></xml>",
    "NUL": b"<xml><A>a\x00b</A></xml>",
    "NUL reference": b"<xml><A>&#0;</A></xml>",
    "control": b"<xml><A>\x0b</A></xml>",
    "root": b"<html><ToUserName>1</ToUserName></html>",
    "root in a namespace": b'<xml xmlns="urn:x"><A>1</A></xml>',
    "two roots": b"<xml/><xml/>",
    "twice": b"<xml><FromUserName>a</FromUserName><FromUserName>b</FromUserName></xml>",
    "cut": b"<xml><A>1</A>",
    "empty": b"",
    "JSON": b'{"ToUserName": "1"}',
    "words": "你好".encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_refused(name: str) -> None:
    began = time.perf_counter()
    with pytest.raises(NotXml) as caught:
        read_xml(HOSTILE[name], MOST)
    assert time.perf_counter() - began < 1
    assert caught.value.detail
    assert caught.value.detail_for_wire == ""
    assert "passwd" not in caught.value.detail


def test_ten_megabytes_are_not_even_looked_at() -> None:
    body = b"<xml><A>" + b"a" * 10_000_000 + b"</A></xml>"
    tracemalloc.start()
    with pytest.raises(NotXml):
        read_xml(body, MOST)
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


def test_the_limit_is_exact() -> None:
    body = MESSAGES["text"]
    assert read_xml(body, len(body))
    with pytest.raises(NotXml):
        read_xml(body, len(body) - 1)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for each_body in (body, b"<xml>" + body + b"</xml>", b"<xml><A><![CDATA[" + body + b"]]></A></xml>"):
        try:
            read_xml(each_body, MOST)
        except NotXml as error:
            assert error.title


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
) | st.just("]]>")


@given(st.lists(WORDS).map("".join))
def test_what_we_write_is_read_as_it_was(words: str) -> None:
    assert read_xml(write_xml({"Content": words}), 10 * MOST) == {"Content": words}


@given(st.text())
def test_no_text_makes_a_document_that_cannot_be_read(words: str) -> None:
    read = text(read_xml(write_xml({"Content": words}), 10 * MOST), "Content")
    assert len(read) <= len(words)


def test_a_forbidden_character_is_left_out_and_the_rest_stays() -> None:
    written = write_xml({"A": "a\x00b\x0bc\ud800d\ufffee\t\n"})
    assert read_xml(written, MOST) == {"A": "abcde\t\n"}


def test_how_it_is_written() -> None:
    article = {"Title": "a]]>b", "Url": "u"}
    fields: dict[str, Writable] = {
        "MsgType": "news",
        "CreateTime": 1795242245,
        "Articles": {"item": [article, article]},
    }
    item = "<item><Title><![CDATA[a]]]]><![CDATA[>b]]></Title><Url><![CDATA[u]]></Url></item>"
    assert write_xml(fields).decode() == (
        "<xml><MsgType><![CDATA[news]]></MsgType><CreateTime>1795242245</CreateTime>"
        f"<Articles>{item}{item}</Articles></xml>"
    )


def test_wechatpy_reads_what_we_write() -> None:
    fields = read_xml(MESSAGES["text"], MOST)
    written = write_xml({name: text(fields, name) for name in fields})
    assert parse_message(written.decode()).content == text(fields, "Content")
