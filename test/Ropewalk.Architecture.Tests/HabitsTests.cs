using Ropewalk.Architecture.Tests.Rules;

namespace Ropewalk.Architecture.Tests;

public sealed class HabitsTests
{
    [Fact]
    public void Source_keeps_good_habits() =>
        Check.Holds("No regions, async void, sync over async, empty catch-alls or needless partials.", Habits.InSource(Repository.SourcesIn("src")));

    [Fact]
    public void Tests_do_not_sleep() => Check.Holds("A test waits for what happens, not for the clock.", Habits.SleepingTests(Repository.SourcesIn("test")));

    [Theory]
    [InlineData("#region x\nclass A { }\n#endregion", "#region")]
    [InlineData("class A { async void M() { } }", "async void")]
    [InlineData("class A { void M(Task t) { t.GetAwaiter().GetResult(); } }", "sync over async")]
    [InlineData("class A { void M() { try { M(); } catch { } } }", "empty catch")]
    [InlineData("class A { void M() { try { M(); } catch (Exception) { } } }", "empty catch")]
    [InlineData("partial class A { }", "is partial")]
    public void A_bad_habit_is_caught(string code, string words) => Check.Catches(words, Habits.InSource([Check.Code("src/A.cs", code)]));

    [Fact]
    public void The_result_of_a_completed_task_is_not() =>
        Assert.Empty(Habits.InSource([Check.Code("src/A.cs", "class A { void M(Task t) { if (t.IsCompleted) { t.GetAwaiter().GetResult(); } } }")]));

    [Theory]
    [InlineData("class A { void M() { Thread.Sleep(5); } }")]
    [InlineData("class A { Task M() => Task.Delay(5); }")]
    [InlineData("class A { Task M(CancellationToken t) => Task.Delay(5, t); }")]
    public void A_sleeping_test_is_caught(string code) => Check.Catches("in a test", Habits.SleepingTests([Check.Code("test/A.cs", code)]));

    [Fact]
    public void Virtual_time_is_not_sleep() =>
        Assert.Empty(Habits.SleepingTests([Check.Code("test/A.cs", "class A { Task M(TimeProvider time) => Task.Delay(TimeSpan.FromHours(1), time); Task Never(CancellationToken t) => Task.Delay(Timeout.InfiniteTimeSpan, t); }")]));
}
