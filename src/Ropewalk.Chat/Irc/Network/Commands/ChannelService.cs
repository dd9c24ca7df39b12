using System.Globalization;
using System.Text;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Security.Accounts;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Is ChanServ: channels that belong to somebody and outlast their members.</summary>
internal static class ChannelService
{
    private static readonly string[] HelpLines =
    [
        "ChanServ keeps channels for those they belong to: topic, modes, bans and ranks stay when everybody has left.",
        "REGISTER #channel: makes the channel yours; you must be its operator, and logged in",
        "INFO #channel: what is known of a channel",
        "ACCESS #channel: who gets which rank when joining",
        "ACCESS #channel account +modes: gives an account ranks (a, o, h, v); -* takes them",
        "OP, DEOP, HALFOP, DEHALFOP, VOICE, DEVOICE #channel [nickname]: by your rank in the access list",
        "TRANSFER #channel account: gives the channel to somebody else",
        "DROP #channel: the channel belongs to nobody any more",
    ];

    /// <summary>CS or CHANSERV words.</summary>
    public static void Command(IrcNetwork network, IrcUser user, in IrcMessageView message) => Take(network, user, IrcServices.Words(message));

    /// <summary>Takes a message.</summary>
    public static void Take(IrcNetwork network, IrcUser user, string[] words)
    {
        string verb = words.Length == 0 ? "HELP" : words[0].ToUpperInvariant();
        if (verb == "HELP")
        {
            foreach (string line in HelpLines)
            {
                network.SayAsChanServ(user, line);
            }

            return;
        }

        if (words.Length < 2 || network.FindChannel(Encoding.UTF8.GetBytes(words[1])) is not { } channel || !(user.MayKnowOf(channel) || HasRank(channel, user)))
        {
            network.SayAsChanServ(user, words.Length < 2 ? "That is not understood. Say HELP to learn what is." : "There is no such channel.");
            return;
        }

        if (verb == "REGISTER")
        {
            Register(network, user, channel);
        }
        else if (channel.Registration is not { } registration)
        {
            network.SayAsChanServ(user, "The channel is not registered.");
        }
        else
        {
            TakeOfRegistered(network, user, channel, registration, verb, words);
        }
    }

    // Whoever belongs to it may speak of it from outside.
    private static bool HasRank(IrcChannel channel, IrcUser user) => JoinCommands.RankOf(channel, user) != IrcMemberModes.None;

    private static void TakeOfRegistered(IrcNetwork network, IrcUser user, IrcChannel channel, IrcChannelRegistration registration, string verb, string[] words)
    {
        bool mayAll = registration.IsFounder(user) || user.May(IrcOperatorRights.Services);
        switch (verb)
        {
            case "INFO":
                network.SayAsChanServ(user, string.Create(
                    CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(channel.Name)}: founder {Encoding.UTF8.GetString(registration.Founder)}, registered {registration.RegisteredAt.UtcDateTime:yyyy-MM-dd}"));
                break;
            case "ACCESS" when words.Length == 2:
                SendAccess(network, user, registration);
                break;
            case "ACCESS" when words.Length == 4 && mayAll:
                SetAccess(network, user, channel, words[2], words[3]);
                break;
            case "TRANSFER" when words.Length == 3 && mayAll:
                Transfer(network, user, channel, words[2]);
                break;
            case "DROP" when mayAll:
                Drop(network, user, channel);
                break;
            case "OP" or "DEOP" or "HALFOP" or "DEHALFOP" or "VOICE" or "DEVOICE":
                SetRank(network, user, channel, verb, words.ElementAtOrDefault(2) ?? Encoding.UTF8.GetString(user.Nick));
                break;
            default:
                network.SayAsChanServ(user, mayAll ? "That is not understood. Say HELP to learn what is." : "Only the founder may do that, or that is not understood.");
                break;
        }
    }

    private static void Register(IrcNetwork network, IrcUser user, IrcChannel channel)
    {
        string? obstacle = 0 switch
        {
            _ when !network.Options.AllowsChannelRegistration && !user.IsOperator => "Channels are registered by the administrators here.",
            _ when user.Account is null => "You must be logged in.",
            _ when channel.Registration is not null => "The channel is registered already.",
            _ when network.Channels.Values.Count(one => one.Registration is { } other && other.IsFounder(user)) >= network.Limits.ChannelsPerAccount =>
                "You have as many channels as you may have.",
            _ when user.In(channel)?.IsAtLeast(IrcMemberModes.Operator) != true => "You must be an operator of the channel.",
            _ => null,
        };
        if (obstacle is not null)
        {
            network.SayAsChanServ(user, obstacle);
            return;
        }

        byte[] founder = user.Account!;
        long since = user.AccountSince;
        channel.Registering++;
        network.Leave(new IrcWork.KeepChannel(
            user,
            channel,
            then => channel.Registration ?? IrcChannelChanges.Snapshot(channel, new IrcChannelRegistration { Name = channel.Name, Founder = founder, FounderSince = since, RegisteredAt = then.Now }),
            then => OnRegistered(then, user, channel),
            registers: true));
    }

    private static void OnRegistered(IrcNetwork network, IrcUser user, IrcChannel channel)
    {
        // Everybody may have left while it was being kept.
        network.Restore(channel);
        if (!channel.Registration!.IsFounder(user))
        {
            // Two have asked at once.
            network.SayAsChanServ(user, "The channel is registered already.");
            return;
        }

        channel.Modes |= IrcChannelModes.Registered;
        network.SayAsChanServ(user, $"{Encoding.UTF8.GetString(channel.Name)} is registered and belongs to {Encoding.UTF8.GetString(channel.Registration!.Founder)}.");
        network.Output.BeginServerLine().Add("MODE "u8).Add(channel.Name).Add(" +r"u8);
        network.SendToChannel(channel);
        network.Output.EndLine();
        if (user.In(channel) is { } member)
        {
            Grant(network, channel, member, IrcMemberModes.Founder, isSet: true);
        }
    }

    private static void Drop(IrcNetwork network, IrcUser user, IrcChannel channel) =>
        network.Leave(new IrcWork.KeepChannel(user, channel, _ => null, then =>
        {
            channel.Modes &= ~IrcChannelModes.Registered;
            then.SayAsChanServ(user, "The channel belongs to nobody any more.");
            then.Output.BeginServerLine().Add("MODE "u8).Add(channel.Name).Add(" -r"u8);
            then.SendToChannel(channel);
            then.Output.EndLine();
            then.RemoveIfEmpty(channel);
        }, forgets: true));

    private static void Transfer(IrcNetwork network, IrcUser user, IrcChannel channel, string to)
    {
        if (!AccountName.TryParse(to, out AccountName? name))
        {
            network.SayAsChanServ(user, "Not an account name.");
            return;
        }

        network.Leave(new IrcWork.FindAccount(user, name, (found, account) =>
        {
            if (account is null)
            {
                found.SayAsChanServ(user, "There is no such account.");
                return;
            }

            byte[] founder = Encoding.UTF8.GetBytes(account.Name.Display);
            long since = account.Created.ToUnixTimeSeconds();
            found.Leave(new IrcWork.KeepChannel(
                user, channel, _ => channel.Registration is { } present ? present with { Founder = founder, FounderSince = since } : null, then => then.SayAsChanServ(user, $"The channel belongs to {account.Name} now.")));
        }));
    }

    private static void SetAccess(IrcNetwork network, IrcUser user, IrcChannel channel, string account, string modes)
    {
        const int MostEntries = 500;
        byte[] name = IrcCaseMapping.Ascii.Fold(Encoding.UTF8.GetBytes(account));
        IrcMemberModes ranks = modes.Aggregate(IrcMemberModes.None, (sum, letter) => sum | IrcModeLetters.Rank(letter)) & ~IrcMemberModes.Founder;
        bool isRemoval = modes.StartsWith('-');
        if (!IrcNames.IsNick(name, network.Limits.NickBytes) || !AccountName.TryParse(account, out _) || (!isRemoval && (ranks == IrcMemberModes.None || channel.Registration!.Access.Count >= MostEntries)))
        {
            network.SayAsChanServ(user, "ACCESS #channel account +o, or -*; modes are a, o, h and v.");
            return;
        }

        if (isRemoval)
        {
            KeepAccess(network, user, channel, name, default, $"{account} has no rank any more.");
            return;
        }

        network.Leave(new IrcWork.FindAccount(user, AccountName.Parse(account), (then, found) =>
        {
            if (found is null)
            {
                then.SayAsChanServ(user, "There is no such account.");
            }
            else
            {
                KeepAccess(then, user, channel, name, new IrcAccess(ranks, found.Created.ToUnixTimeSeconds()), $"{account} gets +{IrcModeLetters.Spell(ranks)} when joining.");
            }
        }));
    }

    private static void KeepAccess(IrcNetwork network, IrcUser user, IrcChannel channel, byte[] name, IrcAccess access, string words) => network.Leave(new IrcWork.KeepChannel(
        user,
        channel,
        _ => channel.Registration is { } present ? present with { Access = Edit(present.Access, name, access) } : null,
        then => then.SayAsChanServ(user, words)));

    private static Dictionary<byte[], IrcAccess> Edit(IReadOnlyDictionary<byte[], IrcAccess> list, byte[] name, IrcAccess access)
    {
        var edited = new Dictionary<byte[], IrcAccess>(list, IrcCaseMapping.Ascii);
        edited.Remove(name);
        if (access.Ranks != IrcMemberModes.None)
        {
            edited.Add(name, access);
        }

        return edited;
    }

    private static void SendAccess(IrcNetwork network, IrcUser user, IrcChannelRegistration registration)
    {
        network.SayAsChanServ(user, $"{Encoding.UTF8.GetString(registration.Founder)} +qo");
        foreach ((byte[] name, IrcAccess access) in registration.Access)
        {
            network.SayAsChanServ(user, $"{Encoding.UTF8.GetString(name)} +{IrcModeLetters.Spell(access.Ranks)}");
        }
    }

    private static void SetRank(IrcNetwork network, IrcUser user, IrcChannel channel, string verb, string nick)
    {
        IrcMemberModes own = JoinCommands.RankOf(channel, user);
        bool isSet = !verb.StartsWith("DE", StringComparison.Ordinal);
        IrcMemberModes rank = verb switch
        {
            "OP" or "DEOP" => IrcMemberModes.Operator,
            "HALFOP" or "DEHALFOP" => IrcMemberModes.HalfOperator,
            _ => IrcMemberModes.Voice,
        };
        if (own < IrcMemberModes.HalfOperator || own < rank)
        {
            network.SayAsChanServ(user, "Your rank in the access list does not do for that.");
        }
        else if (network.FindUser(Encoding.UTF8.GetBytes(nick))?.In(channel) is not { } member)
        {
            network.SayAsChanServ(user, "They aren't on that channel.");
        }
        else
        {
            Grant(network, channel, member, rank, isSet);
        }
    }

    private static void Grant(IrcNetwork network, IrcChannel channel, IrcMembership member, IrcMemberModes rank, bool isSet)
    {
        IrcMemberModes after = isSet ? member.Modes | rank : member.Modes & ~rank;
        if (after == member.Modes)
        {
            return;
        }

        member.Modes = after;
        network.Output.BeginBareLine().Add(":ChanServ!ChanServ@"u8).Add(network.ServerName).Add(" MODE "u8).Add(channel.Name).Add(isSet ? " +"u8 : " -"u8).Add(IrcModeLetters.Spell(rank)).Add((byte)' ').Add(member.User.Nick);
        network.SendToChannel(channel);
        network.Output.EndLine();
    }
}
