using System.Globalization;
using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Makes changes of channels: of a registered one they are kept first, and told when they are.</summary>
internal static class IrcChannelChanges
{
    /// <summary>Makes a change, now or when it has been kept.</summary>
    public static void Change(this IrcNetwork network, IrcUser user, IrcChannel channel, IrcChannelChange change)
    {
        if ((channel.Registration is not null || channel.IsBeingRegistered) && IsKept(change))
        {
            IrcMemberModes rank = user.In(channel)?.Modes ?? IrcMemberModes.None;
            network.Leave(new IrcWork.KeepChannel(
                user,
                channel,
                then => channel.Registration is { } present && MayStill(user, channel, rank) ? After(channel, present, change, user, then.Now) : null,
                then => MakeForThoseWhoStayed(then, user, channel, change)));
            return;
        }

        Make(network, user, channel, change);
    }

    // Who was kicked, or lost its rank, while its change waited for the store has no say any more.
    private static bool MayStill(IrcUser user, IrcChannel channel, IrcMemberModes rank) =>
        !user.IsGone && (user.May(IrcOperatorRights.Override) || (user.In(channel) is { } membership && membership.IsAtLeast(rank)));

    private static void MakeForThoseWhoStayed(IrcNetwork network, IrcUser user, IrcChannel channel, IrcChannelChange change)
    {
        change.Modes.RemoveAll(mode => mode.Member is { } member && member.User.In(channel) != member);
        Make(network, user, channel, change);
    }

    /// <summary>Makes a change now, and tells the channel.</summary>
    public static void Make(IrcNetwork network, IrcUser user, IrcChannel channel, IrcChannelChange change)
    {
        if (change.SetsTopic)
        {
            channel.Topic = change.Topic;
            channel.TopicSetBy = user.Nick;
            channel.TopicSetAt = network.Now;
            network.Output.BeginUserLine(user).Add("TOPIC "u8).Add(channel.Name).Add(" :"u8).Add(change.Topic ?? []);
            Tell(network, user, channel);
        }

        foreach (IrcModeChange mode in change.Modes)
        {
            Apply(network, user, channel, mode);
        }

        if (change.Modes.Count > 0)
        {
            TellModes(network, user, channel, change.Modes);
        }
    }

    /// <summary>Sets a channel as its registration says: at the start of the server, and where who changed it has gone before it was told.</summary>
    public static void Settle(IrcNetwork network, IrcChannel channel)
    {
        if (channel.Registration is not { } registration)
        {
            channel.Modes &= ~IrcChannelModes.Registered;
            network.RemoveIfEmpty(channel);
            return;
        }

        channel.Created = registration.RegisteredAt;
        channel.Modes = registration.Modes | IrcChannelModes.Registered;
        channel.Key = registration.Key;
        channel.Limit = registration.Limit;
        channel.Topic = registration.Topic;
        channel.TopicSetBy = registration.TopicSetBy;
        channel.TopicSetAt = registration.TopicSetAt;
        AddAll(channel.Bans, registration.Bans);
        AddAll(channel.BanExceptions, registration.BanExceptions);
        AddAll(channel.InviteExceptions, registration.InviteExceptions);
    }

    /// <summary>Gives the registration that says what the channel is now.</summary>
    public static IrcChannelRegistration Snapshot(IrcChannel channel, IrcChannelRegistration registration) => registration with
    {
        Modes = channel.Modes,
        Key = channel.Key,
        Limit = channel.Limit,
        Topic = channel.Topic,
        TopicSetBy = channel.TopicSetBy,
        TopicSetAt = channel.TopicSetAt,
        Bans = [.. channel.Bans.Entries],
        BanExceptions = [.. channel.BanExceptions.Entries],
        InviteExceptions = [.. channel.InviteExceptions.Entries],
    };

    /// <summary>Gives the list that a letter names.</summary>
    public static IrcMaskList List(IrcChannel channel, char letter) => letter switch
    {
        'b' => channel.Bans,
        'e' => channel.BanExceptions,
        _ => channel.InviteExceptions,
    };

    // Ranks last as long as the stay; what an account always gets is in the access list.
    private static bool IsKept(IrcChannelChange change) => change.SetsTopic || change.Modes.Exists(mode => mode.Member is null);

    private static IrcChannelRegistration After(IrcChannel channel, IrcChannelRegistration registration, IrcChannelChange change, IrcUser user, DateTimeOffset now)
    {
        IrcChannelRegistration after = Snapshot(channel, registration);
        if (change.SetsTopic)
        {
            after = after with { Topic = change.Topic, TopicSetBy = user.Nick, TopicSetAt = now };
        }

        foreach (IrcModeChange mode in change.Modes)
        {
            after = mode.Letter switch
            {
                'k' => after with { Key = mode.IsSet ? mode.Parameter : null },
                'l' => after with { Limit = LimitOf(mode) },
                'b' => after with { Bans = Edit(after.Bans, mode, user, now) },
                'e' => after with { BanExceptions = Edit(after.BanExceptions, mode, user, now) },
                'I' => after with { InviteExceptions = Edit(after.InviteExceptions, mode, user, now) },
                _ when mode.Member is not null => after,
                _ => after with { Modes = mode.IsSet ? after.Modes | IrcModeLetters.Channel(mode.Letter) : after.Modes & ~IrcModeLetters.Channel(mode.Letter) },
            };
        }

        return after;
    }

    private static void Apply(IrcNetwork network, IrcUser user, IrcChannel channel, IrcModeChange mode)
    {
        switch (mode.Letter)
        {
            case 'k':
                channel.Key = mode.IsSet ? mode.Parameter : null;
                break;
            case 'l':
                channel.Limit = LimitOf(mode);
                break;
            case 'b' or 'e' or 'I' when mode.IsSet:
                List(channel, mode.Letter).TryAdd(new IrcMaskEntry(mode.Parameter!, user.Nick, network.Now));
                break;
            case 'b' or 'e' or 'I':
                List(channel, mode.Letter).Remove(mode.Parameter);
                break;
            default:
                ApplyFlag(channel, mode);
                break;
        }
    }

    private static void ApplyFlag(IrcChannel channel, IrcModeChange mode)
    {
        if (mode.Member is { } member)
        {
            IrcMemberModes rank = IrcModeLetters.Rank(mode.Letter);
            member.Modes = mode.IsSet ? member.Modes | rank : member.Modes & ~rank;
            return;
        }

        IrcChannelModes flag = IrcModeLetters.Channel(mode.Letter);
        channel.Modes = mode.IsSet ? channel.Modes | flag : channel.Modes & ~flag;
    }

    private static void TellModes(IrcNetwork network, IrcUser user, IrcChannel channel, List<IrcModeChange> modes)
    {
        // What does not fit into one line goes into the next: a mask that is cut would be another mask.
        int from = 0;
        while (from < modes.Count)
        {
            int room = IrcLimits.MessageBytes - 2 - user.Source.Length - "MODE  "u8.Length - channel.Name.Length;
            int to = from;
            while (to < modes.Count && (to == from || LengthOf(modes[to]) <= room))
            {
                room -= LengthOf(modes[to++]);
            }

            TellSome(network, user, channel, modes.GetRange(from, to - from));
            from = to;
        }
    }

    // A sign, the letter, a space and the parameter.
    private static int LengthOf(IrcModeChange mode) => 3 + (mode.Member?.User.Nick ?? mode.Parameter ?? []).Length;

    private static void TellSome(IrcNetwork network, IrcUser user, IrcChannel channel, List<IrcModeChange> modes)
    {
        IrcLineWriter line = network.Output.BeginUserLine(user).Add("MODE "u8).Add(channel.Name).Add((byte)' ');
        bool? sign = null;
        foreach (IrcModeChange mode in modes)
        {
            if (sign != mode.IsSet)
            {
                line.Add(mode.IsSet ? (byte)'+' : (byte)'-');
                sign = mode.IsSet;
            }

            line.Add((byte)mode.Letter);
        }

        foreach (IrcModeChange mode in modes.Where(mode => mode.Parameter is not null || mode.Member is not null))
        {
            line.Add((byte)' ').Add(mode.Member?.User.Nick ?? mode.Parameter!);
        }

        Tell(network, user, channel);
    }

    // An operator of the network who is not in the channel hears of the change too.
    private static void Tell(IrcNetwork network, IrcUser user, IrcChannel channel)
    {
        network.SendToChannel(channel);
        if (user.In(channel) is null)
        {
            network.Output.Reply();
        }

        network.Output.EndLine();
    }

    private static int LimitOf(IrcModeChange mode) => mode.IsSet ? int.Parse(Encoding.ASCII.GetString(mode.Parameter!), CultureInfo.InvariantCulture) : 0;

    private static List<IrcMaskEntry> Edit(IReadOnlyList<IrcMaskEntry> entries, IrcModeChange mode, IrcUser user, DateTimeOffset now)
    {
        List<IrcMaskEntry> edited = [.. entries.Where(entry => !IrcCaseMapping.Ascii.Equals(entry.Mask, mode.Parameter))];
        if (mode.IsSet)
        {
            edited.Add(new IrcMaskEntry(mode.Parameter!, user.Nick, now));
        }

        return edited;
    }

    private static void AddAll(IrcMaskList list, IEnumerable<IrcMaskEntry> entries)
    {
        list.Clear();
        foreach (IrcMaskEntry entry in entries)
        {
            list.TryAdd(entry);
        }
    }
}
