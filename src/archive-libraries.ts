/**
 * The libraries that captured logins alone need. The build makes a file of its own of them, as of `libraries.ts`: import
 * this module by `await import()` alone.
 */
export { Decrypter, Encrypter } from "age-encryption";
export { createTarDecoder, createTarPacker } from "modern-tar";
