"""deploy/kubernetes as Kubernetes would be given it: rendered, and held against the schemas of its versions.

KUBERNETES=all takes each version that is supported, not only the newest one. Nothing is run: there is no cluster here.
Resources of operators have no schema in those; that they are used as they are meant is not tested.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "deploy" / "kubernetes"
PAGE = ROOT / "docs" / "how-to" / "run-on-kubernetes.md"
VERSIONS = ("1.34", "1.35", "1.36", "1.37")
OF_OPERATORS = {"RabbitmqCluster", "Cluster", "Database", "ScaledObject", "TriggerAuthentication"}
NOT_THERE = {"lab", "rabbitmq", "database", "mail"}  # of the compose file: other things take their place


@pytest.fixture(scope="module")
def rendered() -> list[dict]:
    kubectl = Path(sys.executable).with_name("kubectl")
    done = subprocess.run([kubectl, "kustomize", FOLDER], capture_output=True, text=True, check=True)
    return list(yaml.safe_load_all(done.stdout))


def of(rendered: list[dict], *kinds: str) -> list[dict]:
    return [each for each in rendered if each["kind"] in kinds]


def containers(rendered: list[dict]) -> list[tuple[str, dict, dict]]:
    """Name, pod and container of each process."""
    pods = [(each["metadata"]["name"], each["spec"]["template"]["spec"]) for each in of(rendered, "Deployment", "Job")]
    return [(name, pod, container) for name, pod in pods for container in pod["containers"]]


def invalid(resource: dict, version: str) -> str:
    try:
        kubernetes_validate.validate(resource, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return f"{resource['kind']} {resource['metadata']['name']}: {error.message}"
    return ""


@pytest.mark.parametrize("version", VERSIONS if os.environ.get("KUBERNETES") == "all" else VERSIONS[-1:])
def test_each_resource_is_one_that_this_version_takes(rendered, version):
    known = [each for each in rendered if each["kind"] not in OF_OPERATORS]

    assert len(known) > 25
    assert [wrong for each in known if (wrong := invalid(each, version))] == []


def test_a_misspelt_field_is_seen(rendered):
    one = of(rendered, "Deployment")[0]
    one = {**one, "spec": {**one["spec"], "replica": 2}}

    assert "'replica' was unexpected" in invalid(one, VERSIONS[-1])


def test_no_process_may_more_than_it_needs(rendered):
    for name, pod, container in containers(rendered):
        assert pod["securityContext"]["runAsNonRoot"], name
        assert not pod["automountServiceAccountToken"], name
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        }, name
        assert container["resources"].keys() == {"requests", "limits"}, name


def test_each_process_is_asked_whether_it_is_alive_and_those_that_are_sent_something_whether_they_are_ready(rendered):
    probed = {name: set(container) for name, _, container in containers(of(rendered, "Deployment"))}

    assert [name for name, has in probed.items() if "livenessProbe" not in has] == []
    assert [name for name, has in probed.items() if "readinessProbe" not in has] == ["poller"]


def test_what_runs_is_what_the_compose_file_runs(rendered):
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    always = {name: each for name, each in services.items() if "profiles" not in each}
    composed = {tuple(each["command"]) for name, each in always.items() if name not in NOT_THERE}

    assert {tuple(container["command"]) for _, _, container in containers(of(rendered, "Deployment"))} == composed


def test_every_variable_is_one_that_is_read(rendered):
    read = set(re.findall(r'"([A-Z_]{3,})"', "".join(path.read_text() for path in ROOT.glob("*/**/settings.py"))))
    given = set(of(rendered, "ConfigMap")[0]["data"])
    given |= {each["name"] for _, _, container in containers(rendered) for each in container["env"]}

    assert given - read == {"DATABASE_PASSWORD", "RABBITMQ_USER", "RABBITMQ_PASSWORD"}  # parts of the two addresses


def test_no_variable_is_used_before_it_is_there(rendered):
    for name, _, container in containers(rendered):
        there: set[str] = set()
        for each in container["env"]:
            assert set(re.findall(r"\$\((\w+)\)", each.get("value", ""))) <= there, name
            there.add(each["name"])


def test_secrets_are_named_and_the_page_makes_each(rendered):
    assert of(rendered, "Secret") == []
    env = [each for _, _, container in containers(rendered) for each in container["env"]]
    named = {each["valueFrom"]["secretKeyRef"]["name"] for each in env if "valueFrom" in each}
    made = re.findall(r"create secret generic (\S+)", PAGE.read_text())

    assert named == {*made, "rabbitmq-default-user"}  # which the operator makes


def test_whatever_there_is_two_of_is_not_taken_away_at_once(rendered):
    budgets = {
        each["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"]
        for each in of(rendered, "PodDisruptionBudget")
    }
    several = {each["metadata"]["name"] for each in of(rendered, "Deployment") if each["spec"].get("replicas") == 2}
    [scaled] = of(rendered, "ScaledObject")

    assert budgets == several | {scaled["spec"]["scaleTargetRef"]["name"]}


def test_the_scaler_counts_the_queues_of_letters(rendered):
    from contracts.queues import PRESENTATION_APPROVALS, PRESENTATION_REJECTIONS

    [scaled] = of(rendered, "ScaledObject")
    counted = [each["metadata"] for each in scaled["spec"]["triggers"]]

    assert [each["queueName"] for each in counted] == [PRESENTATION_APPROVALS.name, PRESENTATION_REJECTIONS.name]
    assert {(each["protocol"], each["excludeUnacknowledged"]) for each in counted} == {("http", "false")}


def test_who_is_selected_is_there(rendered):
    """A name in a policy, a service or a budget that no pod has would silently do nothing."""
    pods = {
        each["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/name"]
        for each in of(rendered, "Deployment", "Job")
    }
    selecting = yaml.safe_dump(of(rendered, "NetworkPolicy", "Service", "PodDisruptionBudget"))
    named = set(re.findall(r"app\.kubernetes\.io/name: (\S+)", selecting))
    for values in re.findall(
        r"key: app\.kubernetes\.io/name\n\s+operator: \w+\n\s+values:\n((?:\s+- \S+\n)+)", selecting
    ):
        named |= set(re.findall(r"- (\S+)", values))

    assert named - pods == {"rabbitmq"}
