-- Q11: important stock identification; the fraction is to be divided by the scale factor
WITH german AS (
    SELECT ps_partkey, ps_supplycost * ps_availqty AS stock
    FROM partsupp
    JOIN supplier ON s_suppkey = ps_suppkey
    JOIN nation ON n_nationkey = s_nationkey
    WHERE n_name = 'GERMANY'
)
SELECT ps_partkey, sum(stock) AS value
FROM german
GROUP BY ps_partkey
HAVING sum(stock) > (SELECT sum(stock) * 0.0001 FROM german)
ORDER BY value DESC
