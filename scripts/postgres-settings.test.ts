import { describe, expect, it } from "vitest";
import { settingsFor } from "./postgres-settings";

const GB = 2 ** 30;
const sizesOf = (memory: number, disk: number) => {
  const { shared_buffers, max_wal_size } = settingsFor({ memory: memory * GB, disk: disk * GB }, 1, true);
  return [shared_buffers, max_wal_size];
};

describe("settings of the embedded Postgres", () => {
  it("give shared buffers a quarter of the memory, and the WAL twice as much", () => {
    expect(sizesOf(4, 100)).toEqual(["1024MB", "2048MB"]);
    expect(sizesOf(24, 250)).toEqual(["6144MB", "12288MB"]);
  });

  it("keep both within bounds on a very small and a very large machine", () => {
    expect(sizesOf(0.25, 100)).toEqual(["128MB", "1024MB"]);
    expect(sizesOf(512, 10_000)).toEqual(["8192MB", "16384MB"]);
  });

  it("keep the WAL within a tenth of the disk", () => {
    expect(sizesOf(24, 40)).toEqual(["6144MB", "4096MB"]);
    expect(sizesOf(24, 0)).toEqual(["6144MB", "1024MB"]);
  });

  it("allow for the connections of each process", () => {
    const connections = (processes: number) => settingsFor({ memory: GB, disk: GB }, processes, true).max_connections;
    expect([1, 4, 8].map(connections)).toEqual(["100", "140", "240"]);
  });

  it("do without durability only where asked to", () => {
    expect(settingsFor({ memory: GB, disk: GB }, 1, true)).not.toHaveProperty("fsync");
    expect(settingsFor({ memory: GB, disk: GB }, 1, false)).toMatchObject({ fsync: "off", shared_buffers: "256MB" });
  });
});
