// As a learner of the course writes it: lists into selects, forms into POSTs. Only where the services are is asked for:
// front_end.html?monolith=http://localhost:8000&attendees=http://localhost:8001

const asked = new URLSearchParams(window.location.search);
const monolith = asked.get("monolith");
const attendees = asked.get("attendees");

async function fill(select, url, key, toOption) {
  const response = await fetch(url);
  if (!response.ok) {
    console.error(`${url} answered ${response.status}`);
    return;
  }
  const data = await response.json();
  select.innerHTML = "";
  for (const each of key ? data[key] : data) {
    const [value, name] = toOption(each);
    const option = document.createElement("option");
    option.value = value;
    option.innerHTML = name;
    select.appendChild(option);
  }
}

function send(form, toUrl) {
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const data = Object.fromEntries(new FormData(form));
    const response = await fetch(toUrl(data), {
      method: "post",
      credentials: "include",
      body: JSON.stringify(data),
      headers: {"Content-Type": "application/json"},
    });
    const line = document.createElement("li");
    line.textContent = response.ok ? `${form.id} made ${(await response.json()).href}` : `${response.status}`;
    document.getElementById("done").appendChild(line);
    if (response.ok) {
      form.reset();
      await list();
    }
  });
}

async function list() {
  const location = document.getElementById("location");
  await fill(location, `${monolith}/api/locations/`, "locations", each => [each.id, each.name]);
  for (const select of document.getElementsByClassName("conferences")) {
    await fill(select, `${monolith}/api/conferences/`, "conferences", each => [each.href, each.name]);
  }
}

window.addEventListener("DOMContentLoaded", async () => {
  await fill(document.getElementById("state"), `${monolith}/api/states/`, "states", each => [each.abbreviation, each.name]);
  await list();
  send(document.getElementById("create-location-form"), () => `${monolith}/api/locations/`);
  send(document.getElementById("create-conference-form"), () => `${monolith}/api/conferences/`);
  send(document.getElementById("create-presentation-form"), data => `${monolith}${data.conference}presentations/`);
  send(document.getElementById("create-attendee-form"), () => `${attendees}/api/attendees/`);
  document.body.dataset.ready = "yes";
});
