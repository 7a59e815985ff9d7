"""HTTP statuses by which a server says that it did not carry out the request."""

from http import HTTPStatus

_ELSEWHERE = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)
"""Redirects of a POST. Not 303: that one follows a request that was carried out."""

_NOT_HERE = frozenset(
    {
        HTTPStatus.BAD_REQUEST,  # what a port for TLS says to plain http
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
        HTTPStatus.GONE,
        HTTPStatus.MISDIRECTED_REQUEST,
        HTTPStatus.UPGRADE_REQUIRED,
    }
)


def is_not_carried_out(status: int) -> bool:
    """Whether the status means that the request went to a wrong address, or in a wrong way, and nothing was done.

    Everything from 500 on tells nothing about what was done before.
    """
    return status in _ELSEWHERE or status in _NOT_HERE


def is_about_proxy(status: int) -> bool:
    """Whether a proxy between us and the vendor is what answered."""
    return status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED
