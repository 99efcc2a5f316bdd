"""Methods of Faust, mode and aiokafka that we override or whose inner workings we lean on are what they were.

A change upstream fails here: read the new code, see whether streams/worker still fits, then note the new digest.
"""

import hashlib
import inspect
from typing import Any

import pytest
from aiokafka import conn
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection
from aiokafka.consumer.consumer import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher, FetchResult, PartitionRecords
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.producer.message_accumulator import BatchBuilder, MessageAccumulator
from aiokafka.producer.sender import InitPIDHandler, Sender, SendProduceReqHandler
from aiokafka.producer.transaction_manager import TransactionManager
from faust.app.base import App, BootStrategy
from faust.assignor.partition_assignor import PartitionAssignor
from faust.tables.base import Collection
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.transport.consumer import Consumer, ConsumerThread, ThreadDelegateConsumer
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, ConsumerRebalanceListener, Producer
from faust.transport.producer import ProducerBuffer
from mode import Service

WATCHED: list[tuple[Any, str, str]] = [
    (AIOKafkaConsumerThread, "__post_init__", "913dc7c0d957"),
    (AIOKafkaConsumerThread, "_create_worker_consumer", "c2701bfc3e6f"),
    (AIOKafkaConsumerThread, "_seek_wait", "9d221e816d94"),
    (AIOKafkaConsumerThread, "_fetch_records", "39a2c6c79fc1"),
    (AIOKafkaConsumerThread, "seek_to_committed", "775ab0adc4b0"),
    (AIOKafkaConsumerThread, "assignment", "61f105132ae6"),
    (AIOKafkaConsumerThread, "highwater", "6f7dbe109ae6"),
    (ConsumerThread, "on_partitions_revoked", "c44013f1259c"),
    (ConsumerRebalanceListener, "on_partitions_revoked", "348c3aec879f"),
    (ConsumerRebalanceListener, "on_partitions_assigned", "1c1f8406ad36"),
    (Consumer, "getmany", "4b168d84882a"),
    (Consumer, "_wait_next_records", "6218e1969a63"),
    (Consumer, "ack", "5fcf41cf4515"),
    (Consumer, "_add_gap", "4df2573ded7c"),
    (Consumer, "_filter_tps_with_pending_acks", "f6f923977423"),
    (Consumer, "_filter_committable_offsets", "dc5e9baf5d99"),
    (Consumer, "_new_offset", "1d2c7ea89a7a"),
    (Consumer, "_should_commit", "5ce941793947"),
    (Consumer, "_commit_offsets", "1a6979904118"),
    (Consumer, "on_partitions_revoked", "d04b7ae72c6f"),
    (Consumer, "on_partitions_assigned", "29ce96596f05"),
    (Consumer, "perform_seek", "0e8c130ff4b0"),
    (Consumer, "stop_flow", "cf7e875a2b0d"),
    (Consumer, "resume_flow", "db59630f25b5"),
    (Consumer, "_drain_messages", "44a2500309e8"),
    (ThreadDelegateConsumer, "seek_wait", "e9db5bbc4ceb"),
    (ThreadDelegateConsumer, "seek_to_committed", "f1d483b861b0"),
    (ThreadDelegateConsumer, "_getmany", "f9d47aa9010b"),
    (Fetcher, "fetched_records", "be4348896b9b"),
    (Fetcher, "_create_fetch_waiter", "61d840568746"),
    (Fetcher, "_notify", "d3a30d94f34f"),
    (FetchResult, "getall", "3e717e30de50"),
    (FetchResult, "check_assignment", "b5340df67e3f"),
    (FetchResult, "_update_position", "83fb1473bf10"),
    (FetchResult, "has_more", "a25ee8ab9340"),
    (PartitionRecords, "__init__", "8ec1c2ae6ea1"),
    (PartitionRecords, "_unpack_records", "b803e6d46480"),
    (PartitionRecords, "_consume_aborted_up_to", "56876530cd64"),
    (PartitionRecords, "_contains_abort_marker", "17e9ad2322ef"),
    (AIOKafkaConsumer, "__init__", "01506f316191"),
    (AIOKafkaConsumer, "start", "2f1ba7044332"),
    (AIOKafkaConsumer, "seek", "a9430f1f3b9a"),
    (MessageAccumulator, "add_batch", "5ed1c5b1367a"),
    (MessageAccumulator, "_append_batch", "4762abfc42cb"),
    (MessageAccumulator, "_pop_batch", "41cc98a298ef"),
    (BatchBuilder, "append", "657d76f55157"),
    (Recovery, "_wait", "ec7429b70176"),
    (Recovery, "_set_recovery_started", "bcfebf81ae13"),
    (Recovery, "_set_recovery_ended", "84badf3f2cfe"),
    (Recovery, "on_rebalance", "aa4d997a1795"),
    (Recovery, "_restart_recovery", "6bd8a8558a2d"),
    (Recovery, "on_recovery_completed", "6ef567acf072"),
    (Recovery, "_build_highwaters", "91b4cc0d3724"),
    (Recovery, "_build_offsets", "27eec86be06c"),
    (Recovery, "_seek_offsets", "19598ca63d94"),
    (Recovery, "_slurp_changelogs", "7825c7e50f76"),
    (Recovery, "need_recovery", "fd1dc345b5d5"),
    (TableManager, "__init__", "f13ed9db7ccd"),
    (TableManager, "on_start", "365dd25fbc0e"),
    (TableManager, "_update_channels", "88e3941facc9"),
    (TableManager, "on_rebalance", "2d2c23a07bf5"),
    (Collection, "on_start", "daddcc354ad0"),
    (Collection, "on_rebalance", "0812ad692171"),
    (Collection, "on_recovery_completed", "b1526fb39ea0"),
    (Collection, "persisted_offset", "d473d3ab3fd6"),
    (Collection, "_new_changelog_topic", "77bea64b59f7"),
    (App, "on_init_dependencies", "7621a70a9b01"),
    (App, "on_stop", "bfe5a933defb"),
    (App, "_stop_consumer", "55854a5de12c"),
    (App, "_on_partitions_revoked", "d5c895bbe57d"),
    (App, "_on_partitions_assigned", "de932b7927db"),
    (App, "_on_agent_error", "bdd12f286de6"),
    (AIOKafkaClient, "_md_synchronizer", "e0421bffa9a7"),
    (AIOKafkaClient, "_wait_on_metadata", "52b0a5ee78ef"),
    (AIOKafkaClient, "force_metadata_update", "cb7befef21c8"),
    (AIOKafkaClient, "bootstrap", "198943b004e5"),
    (AIOKafkaConnection, "send", "5909ea32f4ef"),
    (AIOKafkaConnection, "_send_sasl_token", "7a3d948fc526"),
    (AIOKafkaConnection, "close", "28f164aa1e4f"),
    (conn, "create_conn", "673276cbddb4"),
    (AIOKafkaConsumer, "end_offsets", "f4b190785818"),
    (Fetcher, "_retrieve_offsets", "21d33dde2892"),
    (GroupCoordinator, "check_errors", "ba6ca51ad348"),
    (GroupCoordinator, "_push_error_to_user", "743ff515bd7e"),
    (GroupCoordinator, "request_rejoin", "f70a261c91c3"),
    (GroupCoordinator, "commit_offsets", "5cbe31af28d6"),
    (GroupCoordinator, "fetch_committed_offsets", "6c049c737916"),
    (GroupCoordinator, "_do_fetch_commit_offsets", "b0f359813271"),
    (GroupCoordinator, "_heartbeat_routine", "61d010289522"),
    (MessageAccumulator, "fail_all", "f1e12e8100bf"),
    (MessageAccumulator, "flush", "2b0eaa3da851"),
    (MessageAccumulator, "drain_by_nodes", "fc995afbfc57"),
    (MessageAccumulator, "create_builder", "13dcd0ebf6b9"),
    (MessageAccumulator, "reenqueue", "f75f518a1ae2"),
    (Sender, "__init__", "dae60514401a"),
    (Sender, "start", "ef0a0cbbf1f6"),
    (Sender, "_sender_routine", "2380dc5e333d"),
    (Sender, "_maybe_wait_for_pid", "577189636b56"),
    (Sender, "_find_coordinator", "33001a36bf6a"),
    (Sender, "_send_produce_req", "aea01ae4b6c7"),
    (SendProduceReqHandler, "do", "2dccd3d56b16"),
    (SendProduceReqHandler, "create_request", "807639a95205"),
    (SendProduceReqHandler, "handle_response", "850323cc8f77"),
    (SendProduceReqHandler, "_can_retry", "7ff5d491d977"),
    (InitPIDHandler, "create_request", "b17af2c3bc46"),
    (InitPIDHandler, "handle_response", "bdb0727aba5d"),
    (TransactionManager, "__init__", "0d4f62dbcd18"),
    (TransactionManager, "set_pid_and_epoch", "1e174622d40d"),
    (TransactionManager, "increment_sequence_number", "0fce01d42f0f"),
    (BootStrategy, "_should_enable_kafka_producer", "c2633729cf04"),
    (PartitionAssignor, "on_assignment", "72f34bf053d6"),
    (PartitionAssignor, "metadata", "6d7f0ebcd61e"),
    (Recovery, "_publish_stats", "48939a846a9a"),
    (Recovery, "active_remaining", "0dcc38568ad5"),
    (Consumer, "verify_all_partitions_active", "4e0e46f5c297"),
    (ThreadDelegateConsumer, "_commit", "a20eec84e4b2"),
    (AIOKafkaConsumerThread, "_commit", "932852ce7a23"),
    (Producer, "flush", "36d0cb3615f6"),
    (ProducerBuffer, "flush_atmost", "4966e8c5f9b4"),
    (Service, "_crash", "7bc0c709a151"),
]


def digest(owner: type, name: str) -> str:
    """The first digits of the hash of a method's source."""
    method = inspect.getattr_static(owner, name)
    source = inspect.getsource(getattr(method, "fun", method))
    return hashlib.sha256(source.encode()).hexdigest()[:12]


@pytest.mark.parametrize(("owner", "name", "known"), WATCHED, ids=lambda part: getattr(part, "__name__", part))
def test_upstream_is_what_it_was(owner: type, name: str, known: str) -> None:
    assert digest(owner, name) == known
