import { existsSync, statfsSync } from "node:fs";
import { totalmem } from "node:os";

const MB = 2 ** 20;
const GB = 2 ** 30;

/** Postgres's own defaults are sized for machines of the year 2000. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  checkpoint_timeout: "15min",
  random_page_cost: "1.1",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
};

/** For tests, which can lose everything in a power cut, and run several servers at a time. */
const FOR_TESTS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  shared_buffers: "256MB",
  max_wal_size: "2GB",
};

/** In bytes. */
export type Machine = { memory: number; disk: number };

/**
 * Each app process has 23 connections at most; the rest are for tools, and for a process that ends while its successor
 * starts.
 */
const connectionsFor = (processes: number): number => Math.max(100, 40 + 25 * processes);

/** The server's settings for this many app processes; `durable: false` for tests. */
export function settingsFor(machine: Machine, processes: number, durable: boolean): Record<string, string> {
  const sizes = durable ? sizesFor(machine) : FOR_TESTS;
  return { ...SETTINGS, ...sizes, max_connections: String(connectionsFor(processes)) };
}

/**
 * A quarter of the memory for shared buffers, as Postgres recommends; the app and the files' cache share the rest.
 * Twice that may be written between two checkpoints: after each, the first change of a page writes the whole page. A
 * crash replays as much, and the disk holds it, so at most a tenth of that (docs/decisions/0140-postgres-sizes.md).
 */
function sizesFor({ memory, disk }: Machine): Record<string, string> {
  const buffers = clamp(memory / 4, 128 * MB, 8 * GB);
  const wal = clamp(Math.min(2 * buffers, disk / 10), GB, 16 * GB);
  return { shared_buffers: inMegabytes(buffers), max_wal_size: inMegabytes(wal) };
}

/** This machine's, or the container's, with the disk that holds `folder`. */
export function machineOf(folder: string): Machine {
  const { blocks, bsize } = existsSync(folder) ? statfsSync(folder) : { blocks: 0, bsize: 0 };
  // Without a limit a container reports a number far beyond any memory.
  return {
    memory: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
    disk: blocks * bsize,
  };
}

const clamp = (bytes: number, least: number, most: number): number => Math.min(Math.max(bytes, least), most);

const inMegabytes = (bytes: number): string => `${Math.floor(bytes / MB)}MB`;
