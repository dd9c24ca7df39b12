namespace Guides.Tests.Pages;

/// <summary>What docs/accounts.md shows.</summary>
public sealed class AccountsPageTests
{
    [Fact]
    public async Task ACompleteExample()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ropewalk-");
        string file = Path.Combine(folder.FullName, "accounts.db");
        await using (var first = RunningProgram.Start("Accounts", file))
        {
            await first.WaitForAsync("(making Anna: Made)");
            await first.WaitForAsync("(signed in as Anna by SCRAM-SHA-256)");
        }

        await using (var second = RunningProgram.Start("Accounts", file, "wrong"))
        {
            await second.WaitForAsync("(making Anna: NameTaken)");
            await second.WaitForAsync("(not signed in: WrongCredentials)");
        }

        folder.Delete(recursive: true);
    }
}
