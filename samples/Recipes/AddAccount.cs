using Ropewalk.Security.Accounts;
using Ropewalk.Storage.Sqlite;

namespace Recipes;

/// <summary>Makes an account beside a server that runs: <c>add-account data/ropewalk.db bob</c>, and then the password on a line.</summary>
internal static class AddAccount
{
    public static async Task Main(string[] args)
    {
        if (args.Length != 2 || !AccountName.TryParse(args[1], out AccountName? name))
        {
            Console.Error.WriteLine("add-account DATABASE NAME");
            Environment.ExitCode = 2;
            return;
        }

        await using SqliteRecordStore records = await SqliteRecordStore.OpenAsync(args[0]);
        var accounts = new RecordAccountStore(records);
        ScramCredential? credential = await new AccountAuthenticator(accounts).CreateCredentialAsync(Console.ReadLine() ?? "");
        if (credential is null)
        {
            Console.Error.WriteLine("That cannot be a password.");
            Environment.ExitCode = 1;
            return;
        }

        AccountChange made = await accounts.CreateAsync(new Account { Name = name, Created = TimeProvider.System.GetUtcNow(), Credential = credential });
        Console.WriteLine($"making {name}: {made}");
        Environment.ExitCode = made == AccountChange.Made ? 0 : 1;
    }
}
