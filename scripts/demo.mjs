// `npm run demo`: the main job in front of your eyes, on a fresh clone, with nothing typed before.
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { rememberDocker, removeFromDocker } from "./demo/docker-cleanup.mjs";
import { DEFAULT_IMAGE, LABEL, Unreachable, createDockerPlace, findDocker } from "./demo/docker.mjs";
import { makeFolder, removeFolder } from "./demo/folder.mjs";
import { DemoError, prepare } from "./demo/prepare.mjs";
import { Stopped, stopOnSignals, wasStopped } from "./demo/run.mjs";
import { createScratchPlace } from "./demo/scratch.mjs";
import { createScreen } from "./demo/screen.mjs";
import { tell } from "./demo/story.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OLDEST_NODE = 20;

const screen = createScreen(process.stdout, process.env);
stopOnSignals();
process.exitCode = await demo().catch(explain);

/** Returns the exit code: 0 where the login was there after the rebuild. */
async function demo() {
  if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
    throw new DemoError(`the demo needs Node.js ${OLDEST_NODE} or newer; this is ${process.version}`);
  }
  screen.title("Log in to Claude Code once, rebuild, still logged in");
  const bundle = await prepare(ROOT, screen);
  const docker = await findDocker();
  if (docker === null) {
    return tellWithoutDocker(bundle, "There is no Docker daemon here, so this is not a dev container.");
  }
  try {
    return await tellWithDocker(bundle, docker);
  } catch (error) {
    // Somebody who named an image wants that one.
    if (!(error instanceof Unreachable) || (process.env.DEMO_IMAGE ?? "") !== "") throw error;
    screen.line(`${screen.paint("yellow", "Not possible here:")} ${error.message}.`);
    return tellWithoutDocker(bundle, "So this goes on without a dev container.");
  }
}

async function tellWithDocker(bundle, version) {
  const image = process.env.DEMO_IMAGE || DEFAULT_IMAGE;
  const id = randomBytes(4).toString("hex");
  screen.line(`In a real dev container: Docker ${version}, image ${image}.`);
  const before = await rememberDocker();
  const folder = makeFolder(id);
  try {
    const place = createDockerPlace({ root: ROOT, folder, id, bundle, image });
    await place.pull(screen);
    return await finish(place);
  } finally {
    const [label, imagePrefix] = [`${LABEL}=${id}`, `vsc-demo-${id}-`];
    if (wasStopped()) screen.line("Stopped. Removing what the demo made takes a few seconds ...");
    const left = await removeFromDocker(label, imagePrefix, before);
    if (!(await removeFolder(folder, image))) left.push(`folder ${folder}`);
    sayWhatIsLeft(
      left,
      "Containers, images and files of the demo are removed; a base image that was pulled stays.",
    );
  }
}

async function tellWithoutDocker(bundle, why) {
  const id = randomBytes(4).toString("hex");
  screen.line(why);
  screen.line("The same two halves of the Feature run here on a scratch home and a scratch project.");
  const folder = makeFolder(id);
  try {
    return await finish(createScratchPlace({ folder, id, bundle, image: DEFAULT_IMAGE }));
  } finally {
    const left = (await removeFolder(folder, null)) ? [] : [`folder ${folder}`];
    sayWhatIsLeft(left, "All files of the demo are removed.");
  }
}

async function finish(place) {
  screen.startOver();
  const good = await tell(place, screen);
  screen.title(
    good
      ? screen.paint("green", "Still logged in.")
      : screen.paint("red", "This is not as it should be: see the lines marked FAILED."),
  );
  return good ? 0 : 1;
}

function sayWhatIsLeft(left, otherwise) {
  screen.line(
    left.length === 0 ? screen.paint("dim", otherwise) : `Could not be removed: ${left.join(", ")}`,
  );
}

function explain(error) {
  if (error instanceof Stopped) {
    screen.line(`The demo was ${error.message}.`);
    return error.exitCode;
  }
  if (!(error instanceof DemoError)) throw error;
  screen.line(`${screen.paint("red", "The demo stopped:")} ${error.message}`);
  return 1;
}
