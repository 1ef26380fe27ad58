"""Write the example mails and their recorded DNS: one that proves itself, four of impostors, one passed on.

    python tools/make_example_mails.py

The keys are made for the occasion and thrown away; only their public halves go into the recording. What the
real treasury publishes in DNS is not known here: the recording is made up, so that the examples can be run.
"""

import base64
import json
import zipfile
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

_FOLDER = Path(__file__).parents[1] / "examples" / "mails"
_SUPPORT, _OFFICE = "hotrocntt@vst.gov.vn", "ketoan@donvi.example"
_SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type", b"content-transfer-encoding",
)  # fmt: skip
_DATE = "Fri, 20 Nov 2026 09:{minute:02d}:00 +0700"
_SIGNED_AT = 1795140000  # 2026-11-20, 09:00 in Vietnam
_BODY = """Kính gửi đơn vị,

Yêu cầu hỗ trợ SD261120-004217 của đơn vị đã được tiếp nhận. Cán bộ hỗ trợ sẽ gọi lại từ tổng đài đã công bố.

Kho bạc Nhà nước
"""


class _Signer:
    """A domain with a key of its own."""

    def __init__(self, domain: str) -> None:
        self.domain = domain
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, mail: bytes, *, length: bool = False) -> bytes:
        """Put a signature on top."""
        private = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        # dkimpy signs as of now; an example is signed on its own day.
        with patch("dkim.time.time", return_value=_SIGNED_AT):
            signature: bytes = dkim.sign(
                mail, b"mau2026", self.domain.encode(), private, include_headers=list(_SIGNED), length=length,
                canonicalize=(b"relaxed", b"relaxed"),
            )  # fmt: skip
        return signature + mail

    def record(self) -> str:
        """Give the key record."""
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def _mail(minute: int, sender: str, subject: str, body: str, **more: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, _OFFICE, subject
    mail["Date"] = _DATE.format(minute=minute)
    mail["Message-ID"] = f"<261120.{minute}@{sender.rpartition('@')[2].strip('>')}>"
    for name, value in more.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body, cte="8bit")
    return mail


def _received(raw: bytes, minute: int, host: str, address: str, mail_from: str) -> bytes:
    """Put on top what the office's border server and delivery write."""
    lines = (
        f"Return-Path: <{mail_from}>\r\n"
        f"Received: from {host} ({host} [{address}])\r\n\tby mx.donvi.example with ESMTPS id 4217;\r\n"
        f"\t{_DATE.format(minute=minute)}\r\n"
    )
    return lines.encode() + raw


def _apk() -> bytes:
    """Give a file that is an app by its structure only: it holds no code."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("AndroidManifest.xml", (2026, 11, 20, 9, 0, 0)), b"\x03\x00\x08\x00")
    return buffer.getvalue()


def _bytes(mail: EmailMessage) -> bytes:
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


def main() -> None:
    """Write the mails and the recording."""
    treasury, stranger, twin = _Signer("vst.gov.vn"), _Signer("attacker.example"), _Signer("vst-gov.vn")
    subject = "Tiếp nhận yêu cầu hỗ trợ SD261120-004217"
    genuine = _mail(10, f'"Hỗ trợ CNTT KBNN" <{_SUPPORT}>', subject, _BODY)
    mails = {"that.eml": _received(treasury.sign(_bytes(genuine)), 10, "mail.vst.gov.vn", "192.0.2.25", _SUPPORT)}

    named = _mail(
        20, f'"{_SUPPORT}" <x@attacker.example>', subject, _BODY,
        Reply_To="x@attacker.example",
        Authentication_Results="mx.donvi.example; dkim=pass header.d=vst.gov.vn; dmarc=pass header.from=vst.gov.vn",
    )  # fmt: skip
    mails["ten-hien-thi.eml"] = _received(
        stranger.sign(_bytes(named)), 20, "out.attacker.example", "198.51.100.7", "x@attacker.example"
    )

    forged = _mail(30, _SUPPORT, subject, _BODY)
    mails["gia-nguoi-gui.eml"] = _received(_bytes(forged), 30, "vps.attacker.example", "198.51.100.8", _SUPPORT)

    partly = treasury.sign(_bytes(_mail(40, _SUPPORT, subject, _BODY)), length=True)
    appended = "\r\nĐể hoàn tất, anh chị đọc mã OTP vừa nhận cho cán bộ gọi tới.\r\n"
    changed = partly + appended.encode()
    mails["chen-them.eml"] = _received(changed, 40, "vps.attacker.example", "198.51.100.8", "x@attacker.example")

    app = _mail(
        50, '"Kho bạc Nhà nước" <hotrocntt@vst-gov.vn>', "Cập nhật ứng dụng DVCTT",
        "Đề nghị kế toán cài ứng dụng đính kèm trước 17h hôm nay, nếu không tài khoản sẽ bị khóa.\n",
        Reply_To="hotro.kbnn@freemail.example",
    )  # fmt: skip
    app.add_attachment(_apk(), maintype="application", subtype="octet-stream", filename="DVCTT-KBNN.apk")
    mails["ung-dung.eml"] = _received(
        twin.sign(_bytes(app)), 50, "mail.vst-gov.vn", "203.0.113.9", "hotrocntt@vst-gov.vn"
    )

    told = _mail(
        55, "Chị Hoa <hoa@donvi.example>", f"Fwd: {subject}",
        f"Chị xem giúp em thư này.\n\n---------- Forwarded message ----------\nTừ: Hỗ trợ <{_SUPPORT}>\n\n{_BODY}",
    )  # fmt: skip
    told.add_attachment(b"%PDF-1.4\n%%EOF\n", maintype="application", subtype="pdf", filename="huong-dan.pdf")
    mails["chuyen-tiep.eml"] = _received(_bytes(told), 55, "mail.donvi.example", "192.0.2.99", "hoa@donvi.example")

    names = {
        "vst.gov.vn": {"TXT": ["v=spf1 ip4:192.0.2.0/24 -all"], "MX": ["10 mail.vst.gov.vn"], "A": ["192.0.2.10"]},
        "_dmarc.vst.gov.vn": {"TXT": ["v=DMARC1; p=reject; rua=mailto:dmarc@vst.gov.vn"]},
        "attacker.example": {"TXT": ["v=spf1 ip4:198.51.100.0/24 -all"], "MX": ["10 out.attacker.example"]},
        "_dmarc.attacker.example": {"TXT": ["v=DMARC1; p=reject"]},
        "vst-gov.vn": {"TXT": ["v=spf1 ip4:203.0.113.9 -all"], "MX": ["10 mail.vst-gov.vn"]},
        "_dmarc.vst-gov.vn": {"TXT": ["v=DMARC1; p=none"]},
    } | {f"mau2026._domainkey.{signer.domain}": {"TXT": [signer.record()]} for signer in (treasury, stranger, twin)}
    _FOLDER.mkdir(parents=True, exist_ok=True)
    for name, raw in mails.items():
        (_FOLDER / name).write_bytes(raw)
    recording = {"recorded_at": "2026-11-22T10:00:00+07:00", "names": names}
    (_FOLDER / "dns.json").write_text(json.dumps(recording, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
