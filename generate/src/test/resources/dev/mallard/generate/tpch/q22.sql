-- Q22: global sales opportunity
WITH called AS (
    SELECT left(c_phone, 2) AS cntrycode, c_acctbal, c_custkey
    FROM customer
    WHERE left(c_phone, 2) IN ('13', '31', '23', '29', '30', '18', '17')
)
SELECT cntrycode, count(*) AS numcust, sum(c_acctbal) AS totacctbal
FROM called
WHERE c_acctbal > (SELECT avg(c_acctbal) FROM called WHERE c_acctbal > 0.00)
    AND NOT EXISTS (SELECT 1 FROM orders WHERE o_custkey = c_custkey)
GROUP BY cntrycode
ORDER BY cntrycode
