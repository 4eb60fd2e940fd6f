import { countedRequests, measureRequests } from "../../scripts/bench/requests";

test("no operation sends more requests than its limit allows", async () => {
  const counts = await measureRequests();
  expect(counts.length).toBeGreaterThan(8);
  const exceeding = counts.filter((one) => countedRequests(one) > one.limit);
  expect(exceeding.map(({ work, methods }) => `${work}: ${methods.join(", ")}`)).toEqual([]);
});
