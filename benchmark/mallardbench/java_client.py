"""Our own Java client, driven over its standard input so that it stays warm between rounds."""

import os
import pathlib
import re
import subprocess

FLAGS = [
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dio.netty.leakDetection.level=disabled",
    "-Darrow.allocation.manager.type=Unsafe",
]
NEW_FLAGS = ["--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"]


class JavaClient:
    def __init__(self, root, target, port, logs):
        home = os.environ.get("MALLARD_JAVA_HOME") or os.environ.get("JAVA_HOME")
        tool = (lambda name: str(pathlib.Path(home) / "bin" / name)) if home else (lambda name: name)
        lib = root / "lib" if (root / "lib").is_dir() else root / "app/target/mallard/lib"
        classes = target / "classes"
        source = pathlib.Path(__file__).parent.parent / "java/ClientBenchmark.java"
        subprocess.run([tool("javac"), "-cp", f"{lib}/*", "-d", str(classes), str(source)], check=True)
        version = subprocess.run([tool("java"), "-version"], capture_output=True, text=True).stderr
        major = int(re.search(r'version "(\d+)', version).group(1))
        self.log = (logs / "java-client.log").open("ab")
        self.process = subprocess.Popen(
            [
                tool("java"),
                *FLAGS,
                *(NEW_FLAGS if major >= 24 else []),
                "-XX:+UseParallelGC",
                "-cp",
                f"{lib}/*:{classes}",
                "ClientBenchmark",
                str(port),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )

    def run(self, command, argument):
        """Seconds and rows."""
        self.process.stdin.write(f"{command} {argument}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if len(answer) != 2:
            raise RuntimeError(f"the Java client failed at '{command} {argument}': see {self.log.name}")
        return float(answer[0]), int(answer[1])

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
        self.log.close()
