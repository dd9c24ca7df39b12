namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Is the table of mode letters.</summary>
internal static class IrcModeLetters
{
    private static readonly (char Letter, IrcChannelModes Mode)[] ChannelModes =
    [
        ('C', IrcChannelModes.NoCtcp), ('M', IrcChannelModes.RegisteredSpeak), ('R', IrcChannelModes.RegisteredOnly), ('i', IrcChannelModes.InviteOnly),
        ('m', IrcChannelModes.Moderated), ('n', IrcChannelModes.NoOutside), ('r', IrcChannelModes.Registered), ('s', IrcChannelModes.Secret),
        ('t', IrcChannelModes.TopicByOperators), ('z', IrcChannelModes.SecureOnly),
    ];

    private static readonly (char Letter, IrcUserModes Mode)[] UserModes =
    [
        ('B', IrcUserModes.Bot), ('R', IrcUserModes.RegisteredOnly), ('T', IrcUserModes.NoCtcp), ('i', IrcUserModes.Invisible), ('o', IrcUserModes.Operator),
        ('r', IrcUserModes.LoggedIn), ('s', IrcUserModes.ServerNotices), ('w', IrcUserModes.Wallops),
    ];

    // The highest first, as everybody lists them.
    private static readonly (char Letter, char Prefix, IrcMemberModes Mode)[] Ranks =
    [
        ('q', '~', IrcMemberModes.Founder), ('a', '&', IrcMemberModes.Admin), ('o', '@', IrcMemberModes.Operator), ('h', '%', IrcMemberModes.HalfOperator),
        ('v', '+', IrcMemberModes.Voice),
    ];

    /// <summary>The letters of user modes, for numeric 004.</summary>
    public const string UserLetters = "BRTiorsw";

    /// <summary>The letters of channel modes, for numeric 004.</summary>
    public const string ChannelLetters = "CIMRabehiklmnoqrstvz";

    /// <summary>The letters of channel modes that take a parameter, for numeric 004.</summary>
    public const string ParameterLetters = "Iabehkloqv";

    /// <summary>The classes of channel modes, for the token CHANMODES of numeric 005: lists; always a parameter; a parameter when set; none.</summary>
    public const string ChannelModeClasses = "beI,k,l,CMRimnrstz";

    public static IrcChannelModes Channel(char letter) => ChannelModes.FirstOrDefault(row => row.Letter == letter).Mode;

    public static IrcUserModes User(char letter) => UserModes.FirstOrDefault(row => row.Letter == letter).Mode;

    public static IrcMemberModes Rank(char letter) => Ranks.FirstOrDefault(row => row.Letter == letter).Mode;

    /// <summary>Gives the rank of a prefix as STATUSMSG has it, or none.</summary>
    public static IrcMemberModes RankOfPrefix(byte prefix)
    {
        // For each message: nothing is allocated.
        foreach ((_, char known, IrcMemberModes mode) in Ranks)
        {
            if (known == prefix)
            {
                return mode;
            }
        }

        return IrcMemberModes.None;
    }

    public static IrcChannelModes ParseChannel(string letters) => letters.Aggregate(IrcChannelModes.None, (modes, letter) => modes | Channel(letter)) & ~IrcChannelModes.Registered;

    public static string Spell(IrcChannelModes modes) => string.Concat(ChannelModes.Where(row => (modes & row.Mode) != 0).Select(row => row.Letter));

    public static string Spell(IrcUserModes modes) => string.Concat(UserModes.Where(row => (modes & row.Mode) != 0).Select(row => row.Letter));

    public static string Spell(IrcMemberModes modes) => string.Concat(Ranks.Where(row => (modes & row.Mode) != 0).Select(row => row.Letter));

    /// <summary>Adds the prefixes of a member to a line: all, or the highest.</summary>
    public static void AddPrefixes(IrcLineWriter line, IrcMemberModes modes, bool all)
    {
        if (modes == IrcMemberModes.None)
        {
            return;
        }

        foreach ((_, char prefix, IrcMemberModes mode) in Ranks)
        {
            if ((modes & mode) != 0)
            {
                line.Add((byte)prefix);
                if (!all)
                {
                    return;
                }
            }
        }
    }
}
