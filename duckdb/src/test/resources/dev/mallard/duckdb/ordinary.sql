select 1
;
select count(*), count(distinct a), sum(b) filter (where b>1), string_agg(c, ',' order by d) from t group by all having count(*)>1 order by all limit 10 offset 5
;
select * exclude (a) replace (b+1 as b) rename (c as d) from t
;
select columns('a.*'), columns(x -> x like 'a%') from t
;
select a::int, cast(b as varchar), try_cast(c as date), date '2020-01-01', interval 1 day, interval '1' hour, 1e5, 0x1f, true, null, x'ff', b'01'
;
select case when a then b else c end, case a when 1 then 2 end, coalesce(a,b), nullif(a,b), a is null, a is not null, a in (1,2), a not in (select 1), a between 1 and 2, not a, -a, a and b or c, a is distinct from b
;
select exists(select 1), (select 1), a = any(select 1), a > all(select 2), array(select 1) from t
;
select row_number() over (partition by a order by b rows between 1 preceding and current row), sum(a) over w, lag(a,1) over (order by b), first_value(a ignore nulls) over (), rank() over (order by a range between unbounded preceding and unbounded following exclude ties), sum(a) over (order by b groups 2 preceding) from t window w as (order by a)
;
select [1,2,3], {'a':1}, map {'a':1}, (1,2), row(1,2), [x+1 for x in l if x>1], l[1], l[1:2], l[1:2:1], s.a, s['a'], list_transform(l, lambda x: x+1), l.list_transform(x->x+1), list_reduce(l,(a,b)->a+b), struct_pack(a:=1) from t
;
select * from a join b on a.x=b.x left join c using (y) cross join d natural join e full outer join f on true semi join g on a.z=g.z anti join h using(i) positional join j asof join k on a.t>=k.t, lateral (select 1) l
;
select * from a asof left join b using (x, t)
;
select * from t using sample 10%
;
select * from t tablesample reservoir(20 rows) repeatable (100)
;
select * from t using sample reservoir(50 rows) repeatable (1)
;
select a,b,sum(c) from t group by grouping sets ((a,b),(a),()), grouping(a)
;
select a,b,grouping(a,b) from t group by rollup(a,b)
;
select a from t group by cube(a,b)
;
with recursive r(n) as (select 1 union all select n+1 from r where n<5) select * from r
;
with a as materialized (select 1), b as not materialized (select 2) select * from a union all by name select * from b
;
with recursive x using key (a) as (select 1 a, 2 b union select a,b+1 from x where b<5) from x
;
select 1 union select 2 intersect select 3 except all select 4
;
(select 1 order by 1 limit 1) union all (select 2)
;
select distinct on (a) a,b from t order by a, b desc nulls last limit 10%
;
select * from t qualify row_number() over (partition by a order by b)=1
;
from t select a where b > 1
;
from t
;
values (1,'a'),(2,'b')
;
table t
;
describe t
;
summarize t
;
show tables
;
show all tables
;
show databases
;
show t
;
describe select 1
;
pivot t on a using sum(b)
;
unpivot t on a, b into name n value v
;
select * from t pivot (sum(a) for b in ('x','y') group by c)
;
select * from t unpivot include nulls (v for n in (a, b as 'bb'))
;
select * from (pivot t on a in ('x') using sum(b) group by c)
;
select a like 'x%', a ilike 'x', a not like 'y' escape '\', a similar to 'x', a glob 'x*', a ~ 'x', a !~ 'y', a ~~ 'z', a || b, a // b, a ** b, a ^ b, a % b, a & b, a | b, a << 1, a >> 1, ~a, a <-> b, a @> b, a <@ b, a && b, a -> 'x', a ->> 'y', @a, 5!
;
select extract(year from d), substring(a from 1 for 2), position('a' in b), trim(both 'x' from a), overlay(a placing 'b' from 1), a at time zone 'UTC', a collate nocase, current_date, current_timestamp, current_time, localtime, localtimestamp, current_user, current_schema, session_user, user
;
select ?, $1
;
select $name
;
select * from range(10) t(i), generate_series(1,5), unnest([1,2,3]) with ordinality as u(x, o), repeat('a', 3)
;
select unnest(l), unnest(s, recursive := true) from t
;
select * from t at (version => 3)
;
select t.*, t.a, main.t.a, mallard.main.t.a from mallard.main.t
;
select #1, #2 from t
;
select a from t order by 1 collate nocase
;
select any_value(a), arg_max(a,b), quantile_cont(a,0.5), quantile_disc(a,[0.1,0.9]), mode(a), histogram(a), list(a order by b), approx_count_distinct(a), percentile_cont(0.5) within group (order by a), bit_and(a), listagg(a,',') from t
;
select date_trunc('month',d), date_diff('day',a,b), d + interval 3 day, strftime(d,'%Y'), age(d), make_date(2020,1,1), epoch(d), time_bucket(interval 1 day, d) from t
;
select json_extract(j,'$.a'), j->'$.b', json_array_length(j), to_json(a), json_transform(j,'{"a":"INTEGER"}'), json_object('a',1) from t
;
select regexp_extract(a,'x(.)',1), regexp_replace(a,'x','y','g'), string_split(a,','), format('{}',a), printf('%d',1), lpad(a,3,'0'), levenshtein(a,b), upper(a), strip_accents(a) from t
;
with x as (insert into t values (1) returning a) select * from x
;
with x as (update t set a=1 where b returning *) select * from x
;
with x as (delete from t using u where a returning *) select * from x
;
with x as (insert into t by name select 1 as a on conflict (a) do update set b=excluded.b where true returning a) select * from x
;
with x as (insert or replace into t default values) select 1
;
with x as (insert into t select 1) select 1
;
with x as (with y as (select 1) insert into t select * from y) select 1
;
select cast(a as struct(a int, b varchar[])), a::int[3], a::map(int,varchar), a::union(x int, y varchar), a::enum('x','y'), a::decimal(10,2), a::timestamp with time zone, a::my_type
;
select try(a/b), if(a,b,c), ifnull(a,b), a is true, a is not unknown, a isnull, a notnull, variant_extract(a,'x'), typeof(a), lambda x: x
;
select a.b.c, "A"."b", `x`, struct_extract(s,'a'), a.b() , (a).b, (a+b).f(1)
;
select sum(a order by b), first(a), last(a) from t limit (select 1) offset (select 2)
;
select * from (values (1,2)) t(a,b)
;
select * from t as x(a,b)
;
select 1 where 1=1 group by () having true
;
select default
;
select nextval('s'), currval('s')
;
select a in l, a in t, 1 in (1), (1,2) in ((1,2)) from t
;
select * like 'a%' from t
;
select * from t order by all desc
;
select sum(distinct a) over (order by b) from t
;
select sum(a) export_state from t
;
select map_from_entries([(1,2)]), map([1],[2]), cardinality(m), m[1] from t
;
select struct_insert(s, a:=1), union_value(k:=1), union_extract(u,'k'), {a:1}, {'a':1}.a from t
;
select t, t.*, t::varchar from t
;
select distinct a from t
;
select a from t where (a,b) = (1,2)
;
select a.* exclude(b) from a
;
select columns(* exclude(a)) + 1, max(columns(*)), *columns(*) from t
;
select unpack(columns(*)) from t
;
select a from t limit all
;
select a from t fetch first 5 rows only
;
select position from t
;
merge into t using s on t.a = s.a when matched and s.b > 1 then update set b = s.b when not matched then insert values (s.a, s.b)
;
merge into t using (select * from s) s using (a) when matched then delete when not matched by target then insert by name returning merge_action, *
;
insert into t by name select 1 as a, 2 as b on conflict (a) do update set b = excluded.b where excluded.b > 0 returning *
;
insert or ignore into t values (1, 2), (3, default)
;
insert into t (a, b) select a, b from s order by a
;
insert into t default values
;
with x as (select 1 as a) insert into t select a, 1 from x
;
with x as (select 1 as a) update t set b = 1 from x where t.a = x.a
;
with x as (select 1 as a) delete from t using x where t.a = x.a returning t.a
;
update t set a = default, b = (select max(a) from s) where a in (select a from s) returning *
;
delete from t where exists (from s where s.a = t.a)
;
truncate t
;
truncate table main.t
;
create table n(a integer primary key, b varchar not null default 'x', c decimal(10, 2) check (c > 0), d integer generated always as (a + 1) virtual, unique (b), foreign key (a) references t(a))
;
create or replace table n as select * from t with no data
;
create table if not exists stage.n as from t limit 5
;
create temp table n(a int)
;
create view v(a, b) as select 1, 2
;
create or replace view v as with x as (select 1) from x
;
create view v as from (pivot t on a in (1, 2) using sum(b))
;
create table p as pivot t on a in (1, 2) using sum(b) group by c
;
create schema if not exists stage
;
create sequence s start 1 increment by 2
;
create type mood as enum ('sad', 'ok')
;
create type pair as struct(a int, b varchar)
;
create unique index i on t(a, (lower(b)))
;
create macro add1(a, b := 1) as a + b
;
create or replace macro rows_of(n) as table select * from range(n)
;
create macro two(a) as a, (a, b) as a + b
;
create function f(x) as x * 2
;
alter table t add column if not exists z int default 5
;
alter table t drop column a cascade
;
alter table t alter a type bigint using a::bigint
;
alter table t alter column a set default 3
;
alter table t rename a to b
;
alter table t rename to u
;
alter view v rename to w
;
alter table t add primary key (a)
;
alter table t alter column a set not null
;
drop table if exists t cascade
;
drop view v
;
drop macro m
;
drop macro table m
;
drop type mood
;
drop sequence s
;
drop index i
;
drop schema stage cascade
;
comment on table t is 'what it is'
;
comment on column t.a is null
;
explain select * from t
;
explain analyze select * from t
;
explain (format json) from t
;
explain (analyze, format json) with x as (select 1) from x
;
select * from information_schema.tables
;
select * from information_schema.columns where table_name = 'views'
;
from duckdb_tables()
;
select table_name, comment from duckdb_columns
;
from pg_catalog.pg_class
;
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
;
from pragma_table_info('t')
;
select function_name from duckdb_functions()
;
show tables from mallard
;
describe mallard.main.t
;
summarize (from t)
;
select version(), current_database(), current_schema(), current_user, pg_typeof(1)
;
select nextval('s'), currval('s')
;
select * from "a/b".c, "t" as "x.csv" where "x.csv".a = 1
;
select a as "odd, name; -- /* '", 'text; with '' everything -- /*', $$; ' " ` $$ from t /* ; */ -- ;
