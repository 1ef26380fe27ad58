"""File endings and media types that run a program when they are opened. Data, nothing else."""

_ENDINGS = {
    "program": "exe scr pif com msi msp msu mst msix msixbundle appx appxbundle appinstaller application gadget dll ocx"
    " sys cpl xll xbap app pkg deb rpm run appimage",
    "phone-app": "apk xapk apks apkm aab ipa",
    "script": "bat cmd ps1 ps1xml ps2 psm1 psd1 psc1 msh vb vbs vbe js jse mjs ws wsf wsh wsc sct hta py pyw pyz pyc pl"
    " rb lua sh bash zsh ksh csh command jar jnlp reg inf ins isp msc chm hlp mht mhtml its ahk au3 a3x applescript",
    "macro-document": "docm dotm xlsm xltm xlam xlsb xla xlm xlw slk iqy dqy oqy rqy pptm potm ppam ppsm sldm ppa"
    " ade adp mda mdb mde mdw mam accdb accde accdr accda",
    "disk-image": "iso img vhd vhdx dmg udf wim vmdk vdi",
    "shortcut": "lnk url website webloc desktop scf library-ms search-ms searchconnector-ms settingcontent-ms"
    " appref-ms one onepkg onetoc2 rdp theme themepack shb shs",
}
_TYPES = {
    "program": "application/x-msdownload application/x-dosexec application/x-msdos-program application/x-exe"
    " application/vnd.microsoft.portable-executable application/x-msi application/x-ms-installer application/x-elf"
    " application/x-executable application/x-mach-binary application/x-sharedlib application/x-ms-application",
    "phone-app": "application/vnd.android.package-archive application/x-ios-app",
    "script": "application/hta application/javascript application/x-javascript text/javascript application/ecmascript"
    " text/ecmascript text/vbscript application/x-vbs application/x-sh application/x-shellscript text/x-shellscript"
    " application/x-csh application/x-bat application/x-powershell text/x-powershell text/x-python text/x-ms-regedit"
    " application/x-python-code application/java-archive application/x-java-archive application/x-java-jnlp-file",
    "disk-image": "application/x-iso9660-image application/x-cd-image application/x-apple-diskimage"
    " application/x-raw-disk-image application/x-virtualbox-vhd",
    "shortcut": "application/x-ms-shortcut application/internet-shortcut application/x-mswinurl application/onenote"
    " application/msonenote application/x-rdp",
}

DANGER_BY_ENDING = {ending: danger for danger, endings in _ENDINGS.items() for ending in endings.split()}
DANGER_BY_TYPE = {media_type: danger for danger, types in _TYPES.items() for media_type in types.split()}
# Archives that nobody here can list.
UNLISTED_ENDINGS = frozenset(
    "rar r00 r01 7z 001 ace cab arj lzh lha lzma xz bz2 tbz tbz2 txz zst z lz br uue xxe zpaq alz egg sit sitx".split()
)
UNLISTED_MAGIC = (
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c", b"MSCF", b"\xfd7zXZ\0", b"BZh", b"\x28\xb5\x2f\xfd", b"\x60\xea", b"**ACE**",
)  # fmt: skip
ZIP_ENDINGS = frozenset("zip zipx tar tgz gz gzip".split())
