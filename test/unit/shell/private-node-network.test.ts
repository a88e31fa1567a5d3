import { afterAll, describe, expect, it } from "vitest";
import { makeCertificates, serve, serveProxy } from "../../support/web-servers.ts";
import { architecture, BareImage, dash, expectNone, expectProvided } from "./support/bare-image.ts";
import { dist } from "./support/dist.ts";

const certificates = makeCertificates();
afterAll(certificates.remove);

/** An image with `fetcher` that trusts the tests' authority. */
function trustingImage(fetcher: string): BareImage {
  const image = new BareImage(dash, [fetcher]);
  image.sandbox.copy(certificates.authority, "/etc/authority.pem", 0o644);
  image.sandbox.file("/etc/wgetrc", "ca_certificate = /etc/authority.pem\n");
  return image;
}
const trust = { CURL_CA_BUNDLE: "/etc/authority.pem" };

const open = async (): Promise<string> => `http://127.0.0.1:${await serve(dist(architecture))}`;
const secure = async (elsewhere = ""): Promise<string> =>
  `https://localhost:${await serve(dist(architecture, elsewhere), certificates.valid)}`;

describe.each(["curl", "wget"])("a Node.js is fetched with %s", (fetcher) => {
  it("by https", async () => {
    const image = trustingImage(fetcher);
    expectProvided(image, await image.install(`${await secure()}/right`, trust));
  });

  it("not from a server whose certificate nobody signed", async () => {
    const image = new BareImage(dash, [fetcher]);
    expectNone(image, await image.install(`${await secure()}/right`), /localhost:\d+\/right: ./);
  });

  it("not from where https redirects to http", async () => {
    const image = trustingImage(fetcher);
    let asked = 0;
    const answer = dist(architecture);
    const port = await serve((request, response) => {
      asked++;
      answer(request, response);
    });
    const mirror = `${await secure(`http://127.0.0.1:${port}`)}/elsewhere`;
    expectNone(image, await image.install(mirror, trust), /localhost:\d+\/elsewhere: ./);
    expect(asked).toBe(0);
  });

  it("from where http redirects to", async () => {
    const image = trustingImage(fetcher);
    const port = await serve(dist(architecture, await secure()));
    expectProvided(image, await image.install(`http://127.0.0.1:${port}/elsewhere`, trust));
  });

  it.each(["http_proxy", "HTTP_PROXY"])("by the proxy that %s names", async (variable) => {
    const image = new BareImage(dash, [fetcher]);
    const proxy = await serveProxy();
    const mirror = `${(await open()).replace("127.0.0.1", "mirror.test")}/right`;
    expectProvided(image, await image.install(mirror, { [variable]: `http://127.0.0.1:${proxy.port}` }));
    expect(proxy.seen.map(({ line }) => line)).toEqual([expect.stringContaining(`GET ${mirror}/v24.`)]);
  });

  it.each(["https_proxy", "HTTPS_PROXY"])("from nodejs.org after a mirror, by %s", async (variable) => {
    const image = new BareImage(dash, [fetcher]);
    const proxy = await serveProxy(403);
    const env = { [variable]: `http://127.0.0.1:${proxy.port}` };
    expectNone(
      image,
      await image.install(`${await open()}/missing`, env),
      /; https:\/\/nodejs\.org\/dist: ./,
    );
    expect(proxy.seen.map(({ line }) => line)).toContain("CONNECT nodejs.org:443");
  });

  it("past the proxy where no_proxy says so", async () => {
    const image = new BareImage(dash, [fetcher]);
    const proxy = await serveProxy(403);
    const env = { http_proxy: `http://127.0.0.1:${proxy.port}`, no_proxy: "127.0.0.1" };
    expectProvided(image, await image.install(`${await open()}/right`, env));
    expect(proxy.seen).toEqual([]);
  });
});
