import { designMatrix } from "regulus";
import { readCsv } from "regulus/readers";

/** Shops of which one has too few rows, with names that need quotes somewhere. */
export const csv = (): string => {
  const shops = ["north", 'o\'hare, "7"', "süd", "tiny"];
  const lines = Array.from({ length: 120 }, (_, i) => {
    const shop = i % 40 === 39 ? 3 : i % 3;
    const [price, size] = [((i * 7) % 23) / 10, ((i * 13) % 31) / 10];
    const sold = (shop + 1) * price - size + ((i * 17) % 11) / 20;
    return `${sold.toFixed(2)},"${shops[shop].replaceAll('"', '""')}",${price},${size},${i % 2 ? "a" : "b"}`;
  });
  return `sold,shop,price,size,kind\n${lines.join("\n")}\n`;
};

export async function design() {
  const { value } = await readCsv(csv()).next();
  return designMatrix(value as never, { target: "sold", groups: "shop" });
}

/** One model for each of them, of the file shops.csv. */
export const many = ["many", "shops.csv", "--target", "sold", "--by", "shop"];
