"""Talk to line servers: requests that overlap, pooled connections, bounded concurrency, retries."""

from {{ cookiecutter.package_name }}.bounded import map_bounded
from {{ cookiecutter.package_name }}.client import Client
from {{ cookiecutter.package_name }}.pool import Pool
from {{ cookiecutter.package_name }}.retry import retry

__all__ = ["Client", "Pool", "map_bounded", "retry"]
