namespace Ropewalk.Chat.Irc.Network;

/// <summary>Holds what a network is set to. It may be exchanged while the network runs.</summary>
public sealed class IrcNetworkOptions
{
    /// <summary>Gets or sets the server's name: a host name with a dot. Default <c>irc.ropewalk.test</c>. It cannot be changed while the server runs.</summary>
    public string ServerName { get; set; } = "irc.ropewalk.test";

    /// <summary>Gets or sets the network's name, without spaces. Default <c>Ropewalk</c>. It cannot be changed while the server runs.</summary>
    public string NetworkName { get; set; } = "Ropewalk";

    /// <summary>Gets or sets what the server says of itself in WHOIS and LINKS.</summary>
    public string Description { get; set; } = "A Ropewalk IRC server";

    /// <summary>Gets or sets the lines of the message of the day; empty for none.</summary>
    public IReadOnlyList<string> Motd { get; set; } = [];

    /// <summary>Gets or sets what ADMIN answers: where, who, and an address to write to.</summary>
    public IReadOnlyList<string> Admin { get; set; } = [];

    /// <summary>Gets or sets the bounds.</summary>
    public IrcNetworkLimits Limits { get; set; } = new();

    /// <summary>Gets or sets the classes of connections, the more particular first. Who fits none is refused.</summary>
    public IReadOnlyList<IrcConnectionClass> Classes { get; set; } = [new()];

    /// <summary>Gets or sets the operators of the network.</summary>
    public IReadOnlyList<IrcOperatorBlock> Operators { get; set; } = [];

    /// <summary>Gets or sets whether users' addresses are hidden behind cloaks. Default true.</summary>
    public bool CloaksHosts { get; set; } = true;

    /// <summary>Gets or sets whether users may make accounts by themselves. Default true.</summary>
    public bool AllowsAccountRegistration { get; set; } = true;

    /// <summary>Gets or sets whether passwords are taken without TLS: by PLAIN, and by NickServ. Default false, except from this machine itself.</summary>
    public bool AllowsPlainPasswords { get; set; }

    /// <summary>Gets or sets whether users may register channels. Default true.</summary>
    public bool AllowsChannelRegistration { get; set; } = true;

    /// <summary>Gets or sets the modes of a new channel. Default <c>nt</c>.</summary>
    public string NewChannelModes { get; set; } = "nt";

    /// <summary>Gets or sets the port on which clients are told to come back with TLS, or null. Set it only where the certificate is publicly valid: clients remember it. <b>Spec</b>: IRCv3 sts.</summary>
    public int? StsPort { get; set; }

    /// <summary>Gets or sets for how long clients remember that. Default 30 days.</summary>
    public TimeSpan StsDuration { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Finds the operator's block that says the same, or null.</summary>
    internal IrcOperatorBlock? FindOperator(IrcOperatorBlock block) => Operators.FirstOrDefault(one =>
        one.Name == block.Name && one.Account == block.Account && one.RequiresTls == block.RequiresTls && one.Rights == block.Rights && one.Hosts.SequenceEqual(block.Hosts));

    /// <summary>Lists everything that is wrong; empty where nothing is.</summary>
    public IEnumerable<string> Validate()
    {
        if (!ServerName.Contains('.', StringComparison.Ordinal) || ServerName.Length > 63 || !ServerName.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-'))
        {
            yield return $"The server's name '{ServerName}' must be a host name with a dot, at most 63 bytes long.";
        }

        if (NetworkName.Length is 0 or > 30 || !NetworkName.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_'))
        {
            yield return $"The network's name '{NetworkName}' must be letters, digits, dots, hyphens and underscores, at most 30 of them.";
        }

        foreach (string line in Motd.Concat(Admin).Append(Description).Where(line => line.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0))
        {
            yield return $"'{line.ReplaceLineEndings(" ")}' holds a line break or a NUL.";
        }

        if (Classes.Count == 0)
        {
            yield return "There must be a class of connections.";
        }

        foreach (IrcOperatorBlock block in Operators.Where(block => block.Name.Length == 0 || block.Account.Length == 0))
        {
            yield return $"The operator '{block.Name}' must have a name and an account.";
        }

        if (Limits.HistoryMessages < 0 || Limits.HistoryBytes < 0 || Limits.HistoryTotalBytes < 0 || Limits.AccountsPerAddress < 0 || Limits.AccountsPeriod < TimeSpan.Zero)
        {
            yield return "The limits of histories and accounts cannot be below zero.";
        }
    }
}
