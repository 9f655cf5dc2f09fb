"""Who sent a request, as far as a limit needs to know."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The address to count by: of the connection, or with TRUSTED_PROXIES=n what the outermost of our n proxies wrote
    into X-Forwarded-For; whatever stands before that, anybody may have made up. Of IPv6 the network of 64 bits, which
    is what one household or machine is given.
    """
    found = request.META.get("REMOTE_ADDR", "")
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.TRUSTED_PROXIES <= len(hops):
        found = hops[-settings.TRUSTED_PROXIES].strip()
    try:
        known = ip_address(found)
    except ValueError:
        return found[:100]
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or ip_network((known, 64), strict=False))
    return str(known)
