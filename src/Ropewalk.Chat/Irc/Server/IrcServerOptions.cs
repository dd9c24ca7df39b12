using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Security.Accounts;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Holds what a server is made with.</summary>
public sealed class IrcServerOptions
{
    // a collection's name has at most 64, with what is added behind it (RecordLimits)
    private const int MostStoreNameLetters = 40;

    /// <summary>Gets or sets what the network is set to; <see cref="IrcServer.Apply"/> exchanges it later.</summary>
    public IrcNetworkOptions Network { get; set; } = new();

    /// <summary>Gets or sets what collections and folders of this server begin with, so that two servers can share stores: lower-case letters, digits and hyphens. Default <c>irc</c>.</summary>
    public string StoreName { get; set; } = "irc";

    /// <summary>Gets or sets where registered channels and bans are kept. Default in memory: a restart forgets them.</summary>
    public IRecordStore Records { get; set; } = new MemoryRecordStore();

    /// <summary>Gets or sets the accounts. Default those in <see cref="Records"/>.</summary>
    public IAccountStore? Accounts { get; set; }

    /// <summary>Gets or sets where the history of registered channels is kept; null: in memory only, and a restart forgets it.</summary>
    public IFileStore? Files { get; set; }

    /// <summary>
    /// Gets or sets how long a command waits for a store, and stopping for the history's log. Default 30 s (Npgsql's <c>Command Timeout</c>). Its user goes on then, and is told so;
    /// what the store does later is taken over when it says that it has.
    /// </summary>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the bounds of that history's log.</summary>
    public IrcHistoryLogOptions HistoryLog { get; set; } = new();

    /// <summary>Gets or sets how passwords are checked: cost, bounds, what failures lead to.</summary>
    public AccountAuthenticatorOptions Authentication { get; set; } = new();

    /// <summary>Gets or sets the clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets the source of what must differ from run to run, and of nonces. Default the system's.</summary>
    public RandomNumberGenerator Random { get; set; } = RandomNumberGenerator.Create();

    /// <summary>Gets or sets where the log goes.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>Gets or sets what an operator's REHASH calls; it returns what came of it, in words. Null: there is nothing to be read again.</summary>
    public Func<CancellationToken, Task<string>>? Rehash { get; set; }

    /// <summary>Gets or sets what an operator's DIE calls. Null: there is no such command, and HELP does not name it.</summary>
    public Action? Stop { get; set; }

    /// <summary>Lists everything that is wrong; empty where nothing is.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (string problem in Network.Validate().Concat(HistoryLog.Validate()).Concat(AuthenticationProblems()))
        {
            yield return problem;
        }

        if (StoreName.Length is 0 or > MostStoreNameLetters || !StoreName.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'))
        {
            yield return $"The stores' name '{StoreName}' must be lower-case letters, digits and hyphens, at most {MostStoreNameLetters} of them.";
        }

        if (StoreTimeout <= TimeSpan.Zero || StoreTimeout > TimeSpan.FromHours(1))
        {
            yield return $"A store is waited for more than 0 s and at most 1 h, not {StoreTimeout}.";
        }
    }

    private IEnumerable<string> AuthenticationProblems()
    {
        try
        {
            Authentication.Validate();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return exception.Failures;
        }
    }
}
