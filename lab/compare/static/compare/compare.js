"use strict";
// Starts two bars together, and stops each when the attendees service says that its copy is there.
const lanes = Object.fromEntries([...document.querySelectorAll(".lane")].map(lane => [lane.dataset.way, lane]));
const button = document.getElementById("change"), said = document.getElementById("said");
let running = null;

function show(lane, ms, done) {
  const share = Math.min(1, Math.log10(1 + ms) / Math.log10(1 + 60000));
  lane.querySelector(".bar span").style.width = `${(100 * share).toFixed(2)}%`;
  lane.querySelector(".figure").textContent = done || ms < 100 ? `${ms.toFixed(0)} ms` : `${Math.floor(ms / 100) / 10} s`;
  lane.classList.toggle("done", done);
}

function frame() {
  if (!running) return;
  for (const way of running.open) show(lanes[way], performance.now() - running.started, false);
  requestAnimationFrame(frame);
}

async function start() {
  if (running) return;
  button.disabled = true;
  running = {started: performance.now(), open: new Set(Object.keys(lanes))};
  said.textContent = "The same change is on its way twice.";
  requestAnimationFrame(frame);
  const answer = await fetch("/compare/change/", {method: "POST", headers: {"X-CSRFToken": button.dataset.token}});
  const told = await answer.json().catch(() => ({message: `the lab answered ${answer.status}`}));
  if (!answer.ok) return end(told.message);
  const source = new EventSource(`/compare/arriving/${told.conference}/${told.revision}/`);
  source.addEventListener("arrived", event => {
    const {way, ms} = JSON.parse(event.data);
    running?.open.delete(way);
    show(lanes[way], ms, true);
  });
  source.addEventListener("end", event => {
    source.close();
    const {missing} = JSON.parse(event.data);
    end(missing.length ? `Not arrived: ${missing.join(" and ")}.` : "Figures are the attendees service's own: from the change to the copy.");
  });
}

function end(words) {
  running = null;
  button.disabled = false;
  said.textContent = words;
}

button.addEventListener("click", start);
document.addEventListener("keydown", event => { if (event.key === "c" && !event.target.closest("input, select")) start(); });
