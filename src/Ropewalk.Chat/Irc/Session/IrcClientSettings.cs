using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Holds who a client is and how it behaves: what its session needs to know.</summary>
public class IrcClientSettings
{
    /// <summary>Gets or sets the wanted nickname.</summary>
    public string Nick { get; set; } = "";

    /// <summary>Gets or sets the nicknames that are tried when the wanted one is taken. Default none; then letters are added to the wanted one.</summary>
    public IReadOnlyList<string> AlternativeNicks { get; set; } = [];

    /// <summary>Gets or sets whether the wanted nickname is taken back when it becomes free. Default true.</summary>
    public bool RegainsNick { get; set; } = true;

    /// <summary>Gets or sets the user name. Default: the wanted nickname.</summary>
    public string? UserName { get; set; }

    /// <summary>Gets or sets the real name. Default: the wanted nickname.</summary>
    public string? RealName { get; set; }

    /// <summary>Gets or sets the server's password, or null.</summary>
    public string? Password { get; set; }

    /// <summary>Gets or sets whether the client marks itself as a bot, where the server has a mode for that. <b>Spec</b>: IRCv3 bot mode.</summary>
    public bool IsBot { get; set; }

    /// <summary>Gets or sets the capabilities that are asked for where they are offered. Default: all that this client understands.</summary>
    public IReadOnlyList<string> WantedCapabilities { get; set; } =
    [
        IrcCapabilities.MessageTags, IrcCapabilities.CapNotify, IrcCapabilities.Batch, IrcCapabilities.LabeledResponse, IrcCapabilities.EchoMessage,
        IrcCapabilities.ServerTime, IrcCapabilities.AccountTag, IrcCapabilities.AccountNotify, IrcCapabilities.AwayNotify, IrcCapabilities.ChgHost,
        IrcCapabilities.ExtendedJoin, IrcCapabilities.InviteNotify, IrcCapabilities.MultiPrefix, IrcCapabilities.SetName, IrcCapabilities.UserHostInNames,
        IrcCapabilities.StandardReplies, IrcCapabilities.ChatHistory, IrcCapabilities.AccountRegistration, IrcCapabilities.ExtendedMonitor,
    ];

    /// <summary>Gets or sets whether requests for the version, the time and the like by other users' clients are answered. Default true. Requests for DCC never are.</summary>
    public bool AnswersCtcp { get; set; } = true;

    /// <summary>Gets or sets what a request for the version is answered.</summary>
    public string Version { get; set; } = "Ropewalk";

    /// <summary>Gets or sets how fast lines are sent.</summary>
    public IrcPacing Pacing { get; set; } = new();

    /// <summary>Gets or sets what a server may make the client keep.</summary>
    public IrcClientLimits Limits { get; set; } = new();

    /// <summary>Gets or sets how long the server may take until it lets the client in. Default 60 s: it looks up names and asks ident first.</summary>
    public TimeSpan RegistrationTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how often the server is asked for a sign of life, which measures the lag. Default 60 s.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long it may take to give one. Default 60 s: then the connection is dead.</summary>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long a request may wait for its answer, from when it was sent. Default 30 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets whether failing to log in ends the connection. Default true: who asked for an account may be somebody else without it.</summary>
    public bool RequiresLogin { get; set; } = true;

    /// <summary>Checks the values, all at once.</summary>
    /// <exception cref="ArgumentException">Something is missing or could not be sent.</exception>
    public virtual void Validate()
    {
        Limits.Validate();
        Pacing.Validate();
        var wrong = new List<string>();
        foreach (string nick in (string[])[Nick, .. AlternativeNicks])
        {
            if (nick.Length == 0 || nick.AsSpan().IndexOfAny(" \r\n\0:,*?!@") >= 0 || char.IsAsciiDigit(nick[0]))
            {
                wrong.Add($"'{nick.ReplaceLineEndings("\\n")}' cannot be a nickname");
            }
        }

        foreach ((string name, string? text) in ((string, string?)[])[("UserName", UserName), ("RealName", RealName), ("Password", Password), ("Version", Version)])
        {
            if (text is not null && (text.AsSpan().IndexOfAny("\r\n\0") >= 0 || (name == "UserName" && text.AsSpan().IndexOfAny(" @") >= 0) || text.Length == 0))
            {
                wrong.Add($"{name} is empty or holds what cannot be sent");
            }
        }

        foreach (string capability in WantedCapabilities.Where(name => name.Length == 0 || name.AsSpan().IndexOfAny(" \r\n\0") >= 0))
        {
            wrong.Add($"'{capability.ReplaceLineEndings("\\n")}' cannot be a capability");
        }

        if (RegistrationTimeout <= TimeSpan.Zero || PingInterval <= TimeSpan.Zero || PingTimeout <= TimeSpan.Zero || RequestTimeout <= TimeSpan.Zero)
        {
            wrong.Add("a timeout is not above zero");
        }

        if (wrong.Count > 0)
        {
            throw new ArgumentException($"The settings of the IRC client: {string.Join("; ", wrong)}.");
        }
    }
}
