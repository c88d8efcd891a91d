#!/bin/sh
# ok: package-from-repository
pip install requests==2.32.3
# ok: package-from-repository
pip install git+https://git.example.org/a/b.git@0123456789abcdef0123456789abcdef01234567
# ok: package-from-repository
git clone https://git.example.org/a/b.git
# ruleid: package-from-repository
pip install git+https://git.example.org/a/b.git
# ruleid: package-from-repository
python -m pip install -U "b @ git+https://git.example.org/a/b.git@main"
