"use strict";
// Moves dots over the picture that the server drew. Times are the recorded ones; each hop is drawn as long as HOP.
const HOP = 190, KEPT = 60, BACK = 4, MOST = 250;
const stage = document.getElementById("stage"), dots = document.getElementById("dots");
const picture = document.getElementById("picture"), live = document.getElementById("live");
const still = matchMedia("(prefers-reduced-motion: reduce)");
let speed = 1, playing = 0, since = 0, offset = null, recorded = [], next = 0, lastTick = 0, troubles = [], skipped = 0;

const find = (kind, id) => picture.querySelector(`[data-${kind}="${CSS.escape(id)}"]`);
const fit = () => { dots.style.transform = `scale(${picture.clientWidth / 1280})`; };
new ResizeObserver(fit).observe(picture);

// The path of a hop: a line of the picture, the other way along it, or straight between two boxes.
function wayOf(hop) {
  const line = find("edge", `${hop.a}→${hop.b}`);
  if (line) return [line.getAttribute("d"), false];
  const back = find("edge", `${hop.b}→${hop.a}`);
  if (back) return [back.getAttribute("d"), true];
  const ends = [find("node", hop.a), find("node", hop.b)].map(box => box && box.dataset);
  if (!ends[0] || !ends[1]) return null;
  const [x1, y1, x2, y2] = ends.flatMap(({x, y, w, h}) => [+x + w / 2, +y + h / 2]);
  return [`M${x1} ${y1} L${x2} ${y2}`, false];
}

function move(hop) {
  const way = wayOf(hop);
  if (!way || still.matches || dots.childElementCount > MOST) return;
  const dot = document.createElement("button");
  dot.type = "button";
  dot.tabIndex = -1;
  dot.className = `dot ${hop.k}${hop.again ? " again" : ""}${hop.n > 1 ? " many" : ""}`;
  dot.textContent = hop.n > 1 ? `×${hop.n}` : "";
  dot.dataset.message = hop.m;
  dot.style.offsetPath = `path("${way[0]}")`;
  dots.append(dot);
  const ends = way[1] ? ["100%", "0%"] : ["0%", "100%"];
  const hop_ms = hop.k === "ask" || hop.a.startsWith("poll:") ? 3 * HOP : HOP;
  const moving = dot.animate({offsetDistance: ends, opacity: [1, 1]}, {
    duration: hop_ms, delay: hop.s * hop_ms, easing: "ease-in-out"});
  moving.playbackRate = speed || 1;
  if (!speed) moving.pause();
  moving.onfinish = () => dot.remove();
}

// The moment that is shown now, in the recorder's time; live is a moment behind the newest.
const shown = () => playing + (performance.now() / 1000 - since) * speed;

function setSpeed(wanted) {
  const newest = recorded.length ? recorded[recorded.length - 1].at : 0;
  const from = wanted && wanted < 1 && speed === 1 ? newest - BACK : shown();
  if (wanted && wanted < 1 && speed === 1) {
    dots.replaceChildren();
    const first = recorded.findIndex(hop => hop.at >= from);
    next = first < 0 ? recorded.length : first;
    playing = (recorded[next] || {at: newest}).at - 0.05;
  } else playing = from;
  since = performance.now() / 1000;
  speed = wanted;
  if (wanted === 1) next = recorded.length;
  dots.getAnimations({subtree: true}).forEach(each => { if (speed) { each.playbackRate = speed; each.play(); } else each.pause(); });
  document.querySelectorAll("[data-speed]").forEach(b => b.setAttribute("aria-pressed", String(+b.dataset.speed === speed)));
  say();
}

function frame() {
  if (speed === 1) while (next < recorded.length) move(recorded[next++]);
  else if (speed) for (const now = shown(); next < recorded.length && recorded[next].at <= now;) move(recorded[next++]);
  requestAnimationFrame(frame);
}

function say() {
  const quiet = performance.now() - lastTick > 2500;
  const behind = speed < 1 && recorded.length && next < recorded.length ? recorded[recorded.length - 1].at - shown() : 0;
  const words = quiet ? "the lab does not answer: this is an old picture"
    : troubles.length ? troubles.join("; ") : skipped ? `${skipped} events came too fast to be shown`
    : speed === 0 ? "paused" : speed < 1 ? `replay${behind > 0 ? `, ${behind.toFixed(1)} s to go` : ": done"}` : "live";
  if (live.textContent !== words) live.textContent = words;
  live.className = quiet || troubles.length ? "ill" : speed === 1 ? "well" : "slow";
}

const note = (id, words) => {
  const text = find("node", id)?.querySelector("[data-note]");
  if (text && text.textContent !== words) text.textContent = words;
};

function call(id, words) {
  const text = find("node", id)?.querySelector(".label");
  if (text && text.textContent !== words) text.textContent = words;
}

function fill(box, ready) {
  const at = box.querySelector("[data-ready]"), many = Math.min(ready, 10);
  if (!at || +at.dataset.ready === many) return;
  at.dataset.ready = many;
  at.innerHTML = Array.from({length: many}, (_, n) => `<circle cx="${266 - 10 * n}" cy="${box.dataset.h}" r="5"/>`).join("");
  box.classList.toggle("full", ready > 0);
}

function number(state) {
  for (const [queueName, queue] of Object.entries(state.queues)) {
    const box = find("node", `queue:${queueName}`);
    if (!box) continue;
    fill(box, queue.ready);
    note(`queue:${queueName}`, queue.ready ? `${queue.ready} ready · oldest ${queue.oldest?.toFixed(1)} s` : queue.retry ? "" : "empty");
    if (queue.retry) note(`queue:${queueName}`, `${queue.ready} ready · ${queue.retry} wait for a retry`);
  }
  for (const [name, held] of Object.entries(state.consumers))
    note(`consumer:${name}`, `${name.includes(":") ? `process ${name.split(":").pop()}` : ""}${held ? ` · ◌ ${held} held` : ""}`);
  for (const [name, box] of Object.entries(state.outbox)) {
    note(`producer:${name}`, box.waiting ? `outbox: ${box.waiting} · ${box.oldest.toFixed(0)} s` : "outbox: empty");
    find("node", `producer:${name}`)?.classList.toggle("full", box.waiting > 0);
  }
  const dead = Object.values(state.dead).reduce((sum, each) => sum + each, 0);
  note("dead", dead ? `☠ ${dead} wait for a person` : "none");
  find("node", "dead")?.classList.toggle("full", dead > 0);
  for (const [name, count] of Object.entries(state.effects)) note(`effect:${name}`, `${count} seen`);
  if (state.poll) { note("poll:poller", state.poll); call("poll:poller", state.poller); }
  const away = document.getElementById("away");
  away.hidden = state.away === null && !state.stopping;
  if (state.stopping) away.textContent = "✖ RabbitMQ was told to stop, and is about to.";
  if (state.away !== null) {
    const waits = Object.values(state.outbox).reduce((sum, each) => sum + each.waiting, 0);
    away.textContent = `✖ RabbitMQ is away for ${state.away.toFixed(0)} s: ${state.why}. ${waits} message${waits === 1 ? " waits" : "s wait"} in the outbox; nothing is lost.`;
  }
  stage.classList.toggle("broker-away", state.away !== null);
  troubles = state.troubles;
}

const source = new EventSource("/stream/");
source.addEventListener("picture", event => { picture.innerHTML = JSON.parse(event.data); });
source.addEventListener("lines", event => {
  const lines = document.getElementById("lines");
  lines.insertAdjacentHTML("afterbegin", JSON.parse(event.data));
  htmx.process(lines);
  while (lines.childElementCount > 40) lines.lastElementChild.remove();
});
source.addEventListener("tick", event => {
  const tick = JSON.parse(event.data);
  lastTick = performance.now();
  skipped = tick.skipped;
  number(tick.state);
  const broken = tick.broken.length ? `Still to be undone: ${tick.broken.join("; ")}. Reset does it now.` : "";
  if (document.getElementById("broken").textContent !== broken) document.getElementById("broken").textContent = broken;
  recorded.push(...tick.hops);
  const old = recorded.findIndex(hop => hop.at > (recorded[recorded.length - 1]?.at || 0) - KEPT);
  if (old > 0) { recorded.splice(0, old); next = Math.max(0, next - old); }
  if (document.hidden && speed === 1) next = recorded.length;
});
setInterval(say, 500);
requestAnimationFrame(frame);

dots.addEventListener("click", event => {
  const message = event.target.dataset.message;
  if (message) htmx.ajax("GET", `/messages/${message}/`, "#story");
});
document.querySelectorAll("[data-speed]").forEach(b => b.addEventListener("click", () => setSpeed(+b.dataset.speed)));
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const speeds = {" ": speed ? 0 : 1, 1: 1, 2: 0.05, 4: 0.25};
  if (event.key in speeds && !(event.key === " " && event.target.closest("button, a"))) {
    event.preventDefault();
    setSpeed(speeds[event.key]);
  } else document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
});
