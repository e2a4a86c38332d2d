// SPDX-License-Identifier: Apache-2.0
// What a script can and can not do in its state.
#include "script/sandbox.h"

#include "unit/script/script_stage.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Sandbox : public ScriptStage {};

TEST_F(Sandbox, HasNothingThatReachesBeyondTheState) {
  for (const char* name : {"io",
                           "os",
                           "debug",
                           "package",
                           "require",
                           "module",
                           "ffi",
                           "jit",
                           "bit",
                           "coroutine",
                           "dofile",
                           "loadfile",
                           "load",
                           "loadstring",
                           "collectgarbage",
                           "newproxy",
                           "getfenv",
                           "setfenv",
                           "gcinfo",
                           "print",
                           "next",
                           "xpcall",
                           "string.dump",
                           "string.gfind",
                           "table.foreach",
                           "table.foreachi",
                           "_G.io",
                           "_G._LOADED"})
    EXPECT_EQ(answer_to(name), "nil") << name;
}

TEST_F(Sandbox, HasExactlyTheListedFunctions) {
  EXPECT_EQ(answer_to("(function() local n = '' for k in pairs(_G) do n = n .. k .. ' ' end return n end)()"),
            "_G _VERSION assert error getmetatable ipairs math on_start pairs pcall rawequal rawget rawset "
            "select setmetatable sipsonde string table tonumber tostring type unpack ");
  EXPECT_EQ(
      answer_to("(function() local n = '' for k in pairs(string) do n = n .. k .. ' ' end return n end)()"),
      "byte char find format gmatch gsub len lower match rep reverse sub upper ");
}

TEST_F(Sandbox, TakesNoBytecode) {
  EXPECT_THAT(refusal("\x1bLJ\x02"), StartsWith("/etc/sipsonde/voice.lua"));
}

TEST_F(Sandbox, KeepsTheMetatableOfTextsToItself) {
  EXPECT_EQ(answer_to("getmetatable('')"), "false");
  EXPECT_EQ(answer_to("pcall(setmetatable, '', {})"), "false");
}

TEST_F(Sandbox, WritesNoAddresses) {
  for (const char* value : {"{}", "print == nil and {}", "function() end"})
    EXPECT_THAT(answer_to(value), Not(HasSubstr("0x")));
  EXPECT_EQ(answer_to("string.format('%s', {})"), "table");
  EXPECT_EQ(answer_to("pcall(string.format, '%p', {})"), "false");
  EXPECT_EQ(answer_to("pcall(string.format, '%-10p', 'x')"), "false");
  EXPECT_EQ(answer_to("string.format('%%p %5.1f %q', 1.5, 'a')"), "%p   1.5 \"a\"");
}

struct ExpressionCase {
  std::string name;
  std::string expression;
  std::string answer;
};

class Expression : public Sandbox, public testing::WithParamInterface<ExpressionCase> {};

TEST_P(Expression, IsAsInLua) {
  EXPECT_EQ(answer_to(GetParam().expression), GetParam().answer);
}

const ExpressionCase kExpressions[] = {
    {"Find", "select('#', ('hello'):find('l'))", "2"},
    {"FindPlace", "('hello'):find('l')", "3"},
    {"FindPlain", "('a.b'):find('.', 1, true)", "2"},
    {"FindFrom", "('hello'):find('l', 4)", "4"},
    {"FindFromTheEnd", "('hello'):find('l', -2)", "4"},
    {"FindBeyondTheEnd", "('hello'):find('l', 100)", "nil"},
    {"FindNothing", "('hello'):find('')", "1"},
    {"FindAnchored", "('hello'):find('^e')", "nil"},
    {"MatchCapture", "('a=b'):match('(%w)=')", "a"},
    {"MatchWhole", "('a=b'):match('%w=')", "a="},
    {"MatchNothing", "('a'):match('b')", "nil"},
    {"MatchPosition", "('abc'):match('b()')", "3"},
    {"GmatchWords",
     "(function() local n = 0 for w in ('one two three'):gmatch('%a+') do n = n + #w end return n end)()",
     "11"},
    {"GmatchPairs",
     "(function() local t = '' for k, v in ('a=1;b=2'):gmatch('(%w+)=(%w+)') do t = t .. k .. v end return t "
     "end)()",
     "a1b2"},
    {"GmatchEmpty", "(function() local n = 0 for _ in ('abc'):gmatch('') do n = n + 1 end return n end)()",
     "4"},
    {"GsubText", "('hello world'):gsub('o', '0')", "hell0 w0rld"},
    {"GsubCaptures", "('hello world'):gsub('(%w+) (%w+)', '%2 %1')", "world hello"},
    {"GsubWhole", "('ab'):gsub('%w', '<%0>')", "<a><b>"},
    {"GsubCount", "select(2, ('aaa'):gsub('a', 'b'))", "3"},
    {"GsubLimit", "('aaa'):gsub('a', 'b', 2)", "bba"},
    {"GsubFunction", "('a1b2'):gsub('%d', function(d) return d + 1 end)", "a2b3"},
    {"GsubFunctionThatKeeps", "('ab'):gsub('%w', function(c) if c == 'a' then return 'x' end end)", "xb"},
    {"GsubTable", "('$a $b'):gsub('%$(%w)', {a = 'x'})", "x $b"},
    {"GsubEmptyMatches", "('abc'):gsub('', '-')", "-a-b-c-"},
    {"GsubAnchored", "('aaa'):gsub('^a', 'b')", "baa"},
    {"Rep", "('ab'):rep(3)", "ababab"},
    {"RepNothing", "'<' .. ('ab'):rep(-1) .. '>'", "<>"},
    {"Pairs",
     "(function() local t = '' for k in pairs{b = 1, a = 1, [2] = 1, [1] = 1, [true] = 1} do t = t .. "
     "tostring(k) end return t end)()",
     "12abtrue"},
    {"PairsWithRemoval",
     "(function() local t, n = {a = 1, b = 2, c = 3}, '' for k in pairs(t) do n = n .. k t.b = nil end "
     "return n end)()",
     "ac"},
    {"Ipairs", "(function() local n = 0 for _, v in ipairs{1, 2, 3} do n = n + v end return n end)()", "6"},
    {"PcallThatWorks", "select(2, pcall(function() return 7 end))", "7"},
    {"PcallThatFails", "pcall(error, 'x')", "false"},
    {"ErrorOfPcall", "select(2, pcall(error, 'x'))", "x"},
    {"TableSort", "(function() local t = {3, 1, 2} table.sort(t) return table.concat(t, ',') end)()",
     "1,2,3"},
    {"Tostring", "tostring(nil) .. tostring(true) .. tostring(1.5)", "niltrue1.5"},
    {"Math", "math.floor(2.7)", "2"},
    {"NulInText", "#('a\\0b')", "3"},
};

INSTANTIATE_TEST_SUITE_P(Lua, Expression, testing::ValuesIn(kExpressions),
                         [](const auto& test) { return test.param.name; });

// ---- time and memory ----

ScriptLimits small() {
  ScriptLimits limits;
  limits.memory_bytes = 1u << 20;
  limits.instructions = 20'000;
  limits.load_instructions = 50'000;
  return limits;
}

struct GreedCase {
  std::string name;
  std::string body;
};

class Greed : public Sandbox, public testing::WithParamInterface<GreedCase> {};

TEST_P(Greed, EndsInAnErrorAndTheLegGoesOn) {
  play("kept = {} function on_start(call) call.route = 'before' " + GetParam().body +
           " call.route = 'after' end",
       small());
  start();
  EXPECT_EQ(record_.route, "before");
  EXPECT_EQ(metrics_.errors(), 1u);
  EXPECT_LE(engine_->memory_used(), small().memory_bytes);
}

const GreedCase kGreed[] = {
    {"Loop", "while true do end"},
    {"CountedLoop", "for i = 1, 1e15 do end"},
    {"RepeatLoop", "repeat until false"},
    {"Recursion", "local function f() return f() end f()"},
    {"DeepRecursion", "local function f() return 1 + f() end f()"},
    {"LoopThatCatches", "while true do pcall(function() while true do end end) end"},
    {"LoopInAMetamethod",
     "local t = setmetatable({}, {__index = function() while true do end end}) local x = t.x"},
    {"LoopInAComparison", "table.sort({1, 2, 3}, function() while true do end end)"},
    {"LoopInAReplacement", "('a'):gsub('a', function() while true do end end)"},
    {"LoopInTostring", "tostring(setmetatable({}, {__tostring = function() while true do end end}))"},
    {"LoopOfCalls", "while true do ('x'):rep(1000) end"},
    {"Pattern", "('a'):rep(10000):find('.-.-.-.-b')"},
    {"PatternThatIsCaught", "while true do pcall(string.find, ('a'):rep(10000), '.-.-.-.-b') end"},
    {"PatternOfGmatch", "for _ in ('a'):rep(10000):gmatch('.-.-.-b') do end"},
    {"PatternOfGsub", "('a'):rep(10000):gsub('.-.-.-b', '')"},
    {"Doubling", "local s = 'x' while true do s = s .. s end"},
    {"DoublingThatCatches",
     "local s = 'x' while true do pcall(function() while true do s = s .. s end end) end"},
    {"OneLargeText", "local s = ('x'):rep(1e9)"},
    {"LargerThanAnyText", "local s = ('xx'):rep(2^62)"},
    {"GrowingTable", "local t = {} for i = 1, 1e15 do t[i] = i end"},
    {"GrowingGlobal", "for i = 1, 1e15 do kept[i] = {i} end"},
    {"LargeSort", "local t = {} for i = 1, 1e15 do t['k' .. i] = i for k in pairs(t) do end end"},
};

INSTANTIATE_TEST_SUITE_P(Scripts, Greed, testing::ValuesIn(kGreed),
                         [](const auto& test) { return test.param.name; });

TEST_F(Sandbox, CutsALoopWhileTheFileIsLoaded) {
  EXPECT_EQ(refusal("function on_start() end\nwhile true do end", small()),
            "/etc/sipsonde/voice.lua:2: time budget exceeded");
}

TEST_F(Sandbox, DoesTheSameInEveryState) {
  const std::string script =
      "local n = 0 function on_start(call) local t = {} for i = 1, 50 do t['key' .. math.random(1000)] = i "
      "end "
      "local s = '' for k, v in pairs(t) do s = s .. k .. v end call.route = s end";
  play(script);
  start();
  const std::string first(record_.route);
  play(script);
  start();
  EXPECT_EQ(record_.route, first);
  EXPECT_FALSE(first.empty());
}

}  // namespace
}  // namespace sipsonde
