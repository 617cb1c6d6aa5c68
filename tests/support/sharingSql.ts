/** The rules by which months are shared out, as SQL over rows of the log. */

/** So many minor units of one gift count in a month. */
export const giftMax = 50_000;

export const tables = {
  claim: "ledger INT, position INT, node INT, person INT, KEY (ledger, node)",
  trust: "ledger INT, position INT, node INT, KEY (ledger, node)",
  payee: "ledger INT, position INT, person INT, payee INT, KEY (ledger, person)",
  work: `ledger INT, position INT, month INT, node INT, person INT, audio_ms INT, stems INT, late INT,
    heard INT, drawn INT, online INT, own INT, voided INT, KEY (ledger, month)`,
  money: "ledger INT, position INT, month INT, gift INT, minor BIGINT, KEY (ledger, gift, month)",
  ends: "ledger INT, month INT, position INT, v2 INT, PRIMARY KEY (ledger, month)",
  shared: `ledger INT, month INT, reserved BIGINT, pool BIGINT, to_share BIGINT, carried BIGINT,
    PRIMARY KEY (ledger, month)`,
};

/** What each node did in each month, by the policy of the month. */
export const unitsBySql = `
  CREATE TABLE t_units AS
  SELECT w.ledger, w.month, w.node, COUNT(*) AS jobs, SUM(
    CASE
      WHEN w.voided = 1 THEN 0
      WHEN e.v2 = 1 AND c.position > w.position THEN 0
      WHEN e.v2 = 1 AND NOT EXISTS (SELECT 1 FROM t_trust t
        WHERE t.ledger = w.ledger AND t.node = w.node AND t.position < w.position) THEN 0
      WHEN e.v2 = 1 AND (w.own = 1 OR w.person = c.person) THEN 0
      WHEN e.v2 = 1 AND EXISTS (SELECT 1 FROM t_payee a JOIN t_payee b
        ON b.ledger = a.ledger AND b.payee = a.payee WHERE a.ledger = w.ledger
        AND a.person = w.person AND b.person = c.person
        AND GREATEST(a.position, b.position) < e.position) THEN 0
      WHEN e.v2 = 1 AND w.drawn <= 1 AND w.online >= 3 THEN 0
      WHEN w.heard = 1 THEN 0
      ELSE w.audio_ms * IF(w.stems = 1, 3, 2) * IF(w.late = 1, 1, 2)
    END) AS units
  FROM t_work w
  JOIN t_ends e ON e.ledger = w.ledger AND e.month = w.month
  JOIN t_claim c ON c.ledger = w.ledger AND c.node = w.node AND c.position < e.position
  GROUP BY w.ledger, w.month, w.node`;

/** Of what a gift brought in all, each month counts so much at most; what is not counted yet waits. */
export const moneyBySql = `
  CREATE TABLE t_pools AS
  WITH RECURSIVE months AS (SELECT DISTINCT month FROM t_ends),
  gifts AS (SELECT DISTINCT ledger, gift FROM t_money),
  moved AS (SELECT g.ledger, g.gift, m.month, COALESCE(SUM(x.minor), 0) AS minor
    FROM gifts g JOIN months m LEFT JOIN t_money x
      ON x.ledger = g.ledger AND x.gift = g.gift AND x.month = m.month
    GROUP BY g.ledger, g.gift, m.month),
  nets AS (SELECT ledger, gift, month, CAST(SUM(minor)
    OVER (PARTITION BY ledger, gift ORDER BY month) AS DECIMAL(40)) AS net FROM moved),
  counted AS (SELECT ledger, gift, month, net,
      CAST(LEAST(GREATEST(net, 0), ${giftMax}) AS DECIMAL(40)) AS done
    FROM nets WHERE month = (SELECT MIN(month) FROM t_ends)
    UNION ALL SELECT n.ledger, n.gift, n.month, n.net,
      c.done + LEAST(GREATEST(n.net - c.done, 0), ${giftMax})
    FROM counted c JOIN nets n
      ON n.ledger = c.ledger AND n.gift = c.gift AND n.month = c.month + 1),
  waits AS (SELECT ledger, gift, month, GREATEST(0, net - done) AS waiting FROM counted),
  maturing AS (SELECT ledger, month, SUM(waiting) AS waiting FROM waits GROUP BY ledger, month),
  accrued AS (SELECT e.ledger, e.month, COALESCE(SUM(x.minor), 0) AS accrued
    FROM t_ends e LEFT JOIN t_money x ON x.ledger = e.ledger AND x.month <= e.month
    GROUP BY e.ledger, e.month),
  highest AS (SELECT a.ledger, a.month, GREATEST(0, MAX(a.accrued - COALESCE(m.waiting, 0))
    OVER (PARTITION BY a.ledger ORDER BY a.month)) AS pooled
    FROM accrued a LEFT JOIN maturing m ON m.ledger = a.ledger AND m.month = a.month)
  SELECT ledger, month, pooled - COALESCE(LAG(pooled)
    OVER (PARTITION BY ledger ORDER BY month), 0) AS pool FROM highest`;

/** One month of all ledgers: 75, 15 and 10 of 100, what is left over by remainder, a tie to the workers. */
export const monthBySql = (month: number): string => `
  INSERT INTO t_shared
  WITH parts AS (SELECT ledger, pool,
    (pool * 75) DIV 100 + IF(((pool * 75) % 100) + ((pool * 15) % 100) + ((pool * 10) % 100) >= 100
      AND (pool * 75) % 100 > 0
      AND (((pool * 75) % 100 >= (pool * 15) % 100) + ((pool * 75) % 100 >= (pool * 10) % 100)
        >= 3 - (((pool * 75) % 100) + ((pool * 15) % 100) + ((pool * 10) % 100)) DIV 100), 1, 0)
      AS workers FROM t_pools WHERE month = ${month}),
  sums AS (SELECT p.ledger, p.pool, p.workers DIV 10 AS reserved,
    p.workers - p.workers DIV 10 + COALESCE(r.reserved, 0) + COALESCE(b.carried, 0) AS to_share
    FROM parts p
    LEFT JOIN t_shared r ON r.ledger = p.ledger AND r.month = ${month - 4}
    LEFT JOIN t_shared b ON b.ledger = p.ledger AND b.month = ${month - 1}),
  units AS (SELECT ledger, SUM(units) AS units FROM t_units WHERE month = ${month} GROUP BY ledger),
  given AS (SELECT s.ledger, SUM(s.to_share * u.units DIV t.units) AS given
    FROM sums s JOIN t_units u ON u.ledger = s.ledger AND u.month = ${month}
    JOIN units t ON t.ledger = s.ledger AND t.units > 0 GROUP BY s.ledger)
  SELECT s.ledger, ${month}, s.reserved, s.pool, s.to_share, s.to_share - COALESCE(g.given, 0)
  FROM sums s LEFT JOIN given g ON g.ledger = s.ledger`;
