# SPDX-License-Identifier: Apache-2.0
"""A Kafka broker in a namespace (one node that is its own controller), read by kcat."""

import base64
import json
import os
import shutil
import signal
import subprocess

from lab.process import Process, run, wait_until

from .peer_cache import peer_cache

VERSION = "3.9.1"
PORT, CONTROLLER_PORT = 19092, 19093
PARTITIONS = 3
PROJECT = f"""<project><modelVersion>4.0.0</modelVersion>
<groupId>peer</groupId><artifactId>kafka-peer</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version></dependency>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-server</artifactId><version>{VERSION}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
</dependencies></project>
"""
PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{advertised}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={folder}/kafka
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
num.partitions={partitions}
"""


def find_kafka():
    """The folder of its libraries, or None: Java and kcat are needed, too. tests/live/build_kafka makes it."""
    folder = os.path.join(peer_cache(f"kafka-{VERSION}"), "libraries")
    return folder if os.path.isdir(folder) and shutil.which("java") and shutil.which("kcat") else None


def build_kafka():
    folder = peer_cache(f"kafka-{VERSION}")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "pom.xml"), "w", encoding="utf-8") as file:
        file.write(PROJECT)
    unfinished = os.path.join(folder, "unfinished")
    subprocess.run(
        ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={unfinished}"], cwd=folder, check=True
    )
    os.rename(unfinished, os.path.join(folder, "libraries"))


def partition_of(key, partitions=PARTITIONS):
    """Where Java's producers put a key: MurmurHash2 with their seed (org.apache.kafka.common.utils.Utils)."""
    data, mask = key.encode(), 0xFFFFFFFF
    value = 0x9747B28C ^ len(data)
    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        k = int.from_bytes(data[at : at + 4], "little") * 0x5BD1E995 & mask
        k = (k ^ k >> 24) * 0x5BD1E995 & mask
        value = (value * 0x5BD1E995 & mask) ^ k
    if rest := data[whole:]:
        value = (value ^ int.from_bytes(rest, "little")) * 0x5BD1E995 & mask
    value = (value ^ value >> 13) * 0x5BD1E995 & mask
    return ((value ^ value >> 15) & 0x7FFFFFFF) % partitions


class Kafka:
    """What it stores outlives kill() and start(). `advertised`: the port that clients are sent to, its own unless said."""

    def __init__(self, namespace, folder, advertised=PORT):
        self._namespace, self._folder = namespace, folder
        self._process = None
        self._properties = os.path.join(folder, "kafka.properties")
        with open(self._properties, "w", encoding="utf-8") as file:
            file.write(
                PROPERTIES.format(
                    port=PORT,
                    advertised=advertised,
                    controller=CONTROLLER_PORT,
                    folder=folder,
                    partitions=PARTITIONS,
                )
            )
        cluster = base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=").replace("-", "A")
        run(*self._java("kafka.tools.StorageTool", "format", "-t", cluster, "-c", self._properties))

    @staticmethod
    def _java(*arguments):
        return ["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", os.path.join(find_kafka(), "*"), *arguments]

    def start(self):
        self.begin_to_start()
        self.wait_for_start()

    def begin_to_start(self):
        self._process = Process(
            self._namespace.command(*self._java("kafka.Kafka", self._properties)),
            log=os.path.join(self._folder, "kafka.log"),
        )

    def wait_for_start(self):
        wait_until(self._listens, 90, "Kafka does not listen")

    def _listens(self):
        if not self._process.running():
            raise RuntimeError(f"Kafka ended: {self._process.output()[-600:]}")
        return PORT in self._namespace.tcp_ports()

    def kill(self):
        if self._process:
            self._process.stop(signal.SIGKILL)
            self._process = None

    def messages(self, topic):
        """All that lies in the topic, as kcat tells it: partition, offset, key, payload."""
        told = self._namespace.run(
            "kcat", "-b", f"127.0.0.1:{PORT}", "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-J", check=False
        )
        return [json.loads(line) for line in told.stdout.splitlines()]

    def values(self, topic):
        """Bodies of all that lies in the topic, each read as JSON; those of a partition in their order."""
        return [json.loads(message["payload"]) for message in self.messages(topic)]
