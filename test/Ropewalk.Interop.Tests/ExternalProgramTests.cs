namespace Ropewalk.Interop.Tests;

public sealed class ExternalProgramTests
{
    [Fact]
    public async Task AProgramsOutputAndExitCodeAreSeen()
    {
        var shell = ExternalProgram.Find("sh", "dash", isPeer: false);
        ProgramResult result = await shell.RunAsync(["-c", "cat; echo oops >&2; exit 3"], "hello");
        Assert.Equal(("hello", "oops\n"), (result.Output, result.Errors));
        result.Expect(3);
        Assert.Contains("oops", Assert.ThrowsAny<Exception>(() => result.Expect()).Message);
    }

    [Fact]
    public async Task AProgramThatHangsIsKilledAndFailsTheTestWithWhatItWrote()
    {
        var shell = ExternalProgram.Find("sh", "dash", isPeer: false);
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => shell.RunAsync(["-c", "echo before; sleep 100"], timeout: TimeSpan.FromMilliseconds(300)));
        Assert.Contains("before", failure.Message);
    }
}
