//! What totals must be: what counting the rows gives. Each query finds one that is not.

/// What is wrong, and a query that finds it.
pub const WRONG: [(&str, &str); 9] = [
    (
        "a total of software in a state",
        "SELECT part AS what FROM tally WHERE what = 'software' AND count <>
         (SELECT COUNT(*) FROM software s WHERE s.state = part)",
    ),
    (
        "software without a total",
        "SELECT state AS what FROM software s WHERE NOT EXISTS
         (SELECT 1 FROM tally WHERE what = 'software' AND part = s.state)",
    ),
    (
        "a total of records in a state",
        "SELECT part AS what FROM tally t WHERE what = 'record' AND count <>
         (SELECT COUNT(*) FROM record r WHERE r.source_id = t.source_id AND r.state = t.part)",
    ),
    (
        "a record without a total",
        "SELECT external_id AS what FROM record r WHERE NOT EXISTS
         (SELECT 1 FROM tally t WHERE what = 'record' AND t.source_id = r.source_id
          AND part = r.state)",
    ),
    (
        "a total of open findings with a code",
        "SELECT part AS what FROM tally t WHERE what = 'finding' AND count <>
         (SELECT COUNT(*) FROM finding f WHERE f.source_id = t.source_id AND f.code = t.part
          AND f.closed_at IS NULL)",
    ),
    (
        "an open finding without a total",
        "SELECT code AS what FROM finding f WHERE closed_at IS NULL AND NOT EXISTS
         (SELECT 1 FROM tally t WHERE what = 'finding' AND t.source_id = f.source_id
          AND part = f.code)",
    ),
    (
        "the total of software that several sources list",
        "SELECT 'several' AS what FROM
         (SELECT COUNT(*) AS number FROM
          (SELECT software_id FROM record WHERE state <> 'withdrawn' GROUP BY software_id
           HAVING COUNT(DISTINCT source_id) > 1) s) counted
         WHERE number <> COALESCE((SELECT count FROM tally WHERE what = 'several'), 0)",
    ),
    (
        "a total of software that two sources list",
        "SELECT a.id AS what FROM source a JOIN source b ON b.id <> a.id WHERE
         (SELECT COUNT(DISTINCT r.software_id) FROM record r
          JOIN record s ON s.software_id = r.software_id
          WHERE r.source_id = a.id AND s.source_id = b.id
          AND r.state <> 'withdrawn' AND s.state <> 'withdrawn')
         <> COALESCE((SELECT count FROM tally t WHERE what = 'shared' AND t.source_id = a.id
                      AND t.part = b.id), 0)",
    ),
    (
        "a value to filter by of software that is not there",
        "SELECT value AS what FROM software_filter f WHERE NOT EXISTS
         (SELECT 1 FROM software s WHERE s.id = f.software_id AND s.state = 'active')",
    ),
];
