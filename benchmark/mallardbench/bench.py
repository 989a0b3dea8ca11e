"""What the parts of `benchmark/run` share: options, folders, data, and the running servers."""

import math
import pathlib
import shutil

import pyarrow.flight as flight

from mallardbench import data, processes
from mallardbench.rounds import say

HERE = pathlib.Path(__file__).resolve().parent.parent


class Bench:
    """`options`: those of benchmark/run; without the tables' ones there are only folders."""

    def __init__(self, options, stack):
        self.root = options.mallard.resolve()
        self.options = options
        self.target = HERE / "target"
        self.logs = self.target / "logs"
        self.work = self.target / "work"
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.rmtree(self.logs, ignore_errors=True)
        self.stack = stack
        self.tables = getattr(options, "table", None) or list(data.GENERATORS)
        self.datasets = {}
        self.servers = {}

    @property
    def rounds(self):
        return self.options.rounds

    @property
    def warm_bytes(self):
        return int(self.options.warm_gb * 1e9)

    @property
    def read_bytes(self):
        return int(self.options.read_gb * 1e9)

    def dataset(self, name):
        if name not in self.datasets:
            say(f"data: {name}")
            self.datasets[name] = data.generate(name, self.options.rows, self.target / "data")
        return self.datasets[name]

    def chosen(self, *names):
        """Those of these tables that are to be measured; all, if some were asked for by name."""
        return [name for name in self.tables if self.options.table or name in names]

    def repeats(self, dataset):
        """How often a table is read in one run: a fifth of a second says little about CPU time."""
        return max(1, math.ceil(self.read_bytes / dataset.arrow_bytes))

    def folder(self, name):
        path = self.work / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def filled(self, name):
        """A folder with all tables and a small one in it."""
        folder = self.folder(name)
        for dataset in map(self.dataset, self.tables):
            for file in (dataset.feather, dataset.parquet):
                if not (folder / file.name).exists():
                    (folder / file.name).hardlink_to(file)
        data.tiny(folder)
        return folder

    def server(self, name):
        """A server and a client connected to it; started when first asked for."""
        if name not in self.servers:
            folder = self.filled(name)
            if name == "mallard":
                server = processes.mallard(self.root, folder, self.logs)
            else:
                kind, _, fsync = name.partition("+")
                server = processes.peer(kind, folder, self.logs, fsync == "fsync")
            server = self.stack.enter_context(server)
            self.servers[name] = server, self.stack.enter_context(flight.connect(server.location))
        return self.servers[name]

    def close(self):
        shutil.rmtree(self.work, ignore_errors=True)
