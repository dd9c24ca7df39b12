namespace Ropewalk.Storage.Tests.Sqlite;

public sealed class LoadProcessTests
{
    // Run only where it is asked for by name, in the process that is to be killed: it never ends.
    [Fact(Explicit = true)]
    public Task WritesUntilItIsKilled() => LoadProcess.WriteForeverAsync();
}
