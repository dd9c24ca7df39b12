namespace Ropewalk.Interop.Tests;

/// <summary>Is what a program left behind.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Fails the test with all that the program wrote unless it exited with <paramref name="exitCode"/>.</summary>
    public ProgramResult Expect(int exitCode = 0)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode} instead of {exitCode}\n--- output\n{Output}\n--- errors\n{Errors}");
        return this;
    }
}
