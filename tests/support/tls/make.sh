#!/bin/sh
# The certificates of the tests, made anew: an authority nobody trusts, and what servers show with and without its word.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

signed() { # name, extensions, first day, last day, how it is signed ...
    name=$1 extensions=$2 start=$3 end=$4
    shift 4
    openssl ecparam -name prime256v1 -genkey -noout -out "$work/$name.key"
    openssl req -new -key "$work/$name.key" -subj "/CN=$name" -out "$work/$name.csr"
    mkdir -p "$work/$name.d"
    : > "$work/$name.d/index"
    printf '%s\n' '[ca]' 'default_ca=d' '[d]' "database=$work/$name.d/index" "new_certs_dir=$work/$name.d" \
        'rand_serial=yes' 'default_md=sha256' 'policy=p' '[p]' 'commonName=supplied' > "$work/$name.cnf"
    printf '%b' "$extensions" > "$work/$name.ext"
    openssl ca -batch -notext -config "$work/$name.cnf" -extfile "$work/$name.ext" -startdate "$start" -enddate "$end" \
        -in "$work/$name.csr" -out "$work/$name.crt" "$@" 2> /dev/null
}

leaf() { # name, alternative names, first day, last day
    signed "$1" "subjectAltName=$2\nbasicConstraints=CA:FALSE\n" "$3" "$4" \
        -cert "$work/authority.crt" -keyfile "$work/authority.key"
    cat "$work/$1.key" "$work/$1.crt" > "$1.pem"
}

signed authority 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n' \
    20200101000000Z 21200101000000Z -selfsign -keyfile "$work/authority.key"
cp "$work/authority.crt" authority.pem
leaf good 'DNS:beispielblatt.example,IP:127.0.0.1' 20200101000000Z 21200101000000Z
leaf other_name 'DNS:other.example' 20200101000000Z 21200101000000Z
leaf expired 'DNS:beispielblatt.example' 20200101000000Z 20210101000000Z
leaf not_yet 'DNS:beispielblatt.example' 21190101000000Z 21200101000000Z
