"""What `benchmark/run` is made of: each part generates measurements, one after the other."""

from mallardbench.parts.endpoints import endpoints
from mallardbench.parts.first import first_bytes
from mallardbench.parts.gets import feather_gets, parquet_gets
from mallardbench.parts.limits import limits
from mallardbench.parts.listing import listings
from mallardbench.parts.puts import cookbook, puts
from mallardbench.parts.small import small_gets
from mallardbench.parts.soaked import soaked
from mallardbench.parts.starts import starts
from mallardbench.parts.tls import tls_gets

ALL = {
    "limits": limits,
    "get": feather_gets,
    "first": first_bytes,
    "parquet-get": parquet_gets,
    "put": puts,
    "small": small_gets,
    "list": listings,
    "endpoints": endpoints,
    "tls": tls_gets,
    "soak": soaked,
    "start": starts,
    "cookbook": cookbook,
}

# What has goals now; the others run when they are asked for.
DEFAULT = [name for name in ALL if name not in ("start", "cookbook")]
