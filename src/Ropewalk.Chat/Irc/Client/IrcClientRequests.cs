using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Client;

namespace Ropewalk.Chat.Irc.Client;

/// <summary>Asks a server for things: each method is one request, which completes with the server's answer or throws <see cref="IrcRequestException"/>.</summary>
/// <remarks>What could not be sent as one line throws <see cref="FormatException"/> before anything is sent.</remarks>
public static class IrcClientRequests
{
    /// <summary>Joins a channel.</summary>
    /// <returns>The channel, with its members (but on a connection with <c>no-implicit-names</c>).</returns>
    public static Task<IrcClientChannel> JoinAsync(this IrcClient client, string channel, string? key = null, CancellationToken cancellationToken = default)
    {
        Check(client);
        return client.State.FindChannel(channel) is { AreMembersKnown: true } joined
            ? Task.FromResult(joined)
            : client.AskAsync(() => IrcChannelRequests.Join(IrcName.Check(channel, nameof(channel)), key is null ? null : IrcName.Check(key, nameof(key))), cancellationToken);
    }

    /// <summary>Leaves a channel.</summary>
    public static Task PartAsync(this IrcClient client, string channel, string reason = "", CancellationToken cancellationToken = default) =>
        Check(client).AskAsync(() => IrcChannelRequests.Part(IrcName.Check(channel, nameof(channel)), reason), cancellationToken);

    /// <summary>Makes somebody leave a channel.</summary>
    public static Task KickAsync(this IrcClient client, string channel, string nick, string reason = "", CancellationToken cancellationToken = default) =>
        Check(client).AskAsync(() => IrcChannelRequests.Kick(IrcName.Check(channel, nameof(channel)), IrcName.Check(nick, nameof(nick)), reason), cancellationToken);

    /// <summary>Invites somebody into a channel.</summary>
    public static Task InviteAsync(this IrcClient client, string channel, string nick, CancellationToken cancellationToken = default) =>
        Check(client).AskAsync(() => IrcChannelRequests.Invite(IrcName.Check(channel, nameof(channel)), IrcName.Check(nick, nameof(nick))), cancellationToken);

    /// <summary>Sets a channel's topic; an empty one takes it away.</summary>
    public static Task SetTopicAsync(this IrcClient client, string channel, string topic, CancellationToken cancellationToken = default) =>
        Check(client).AskAsync(() => IrcChannelRequests.SetTopic(IrcName.Check(channel, nameof(channel)), topic), cancellationToken);

    /// <summary>Changes modes: of a channel, or the client's own.</summary>
    /// <param name="client">The client.</param>
    /// <param name="target">The channel, or the client's nickname.</param>
    /// <param name="modes">The letters with their signs, then their parameters: <c>"+ov", "alice", "bob"</c>.</param>
    public static Task SetModesAsync(this IrcClient client, string target, params string[] modes)
    {
        ArgumentNullException.ThrowIfNull(modes);
        return Check(client).AskAsync(
            () => modes.Length == 0 ? throw new FormatException("There are no modes.") : IrcChannelRequests.SetModes(IrcName.Check(target, nameof(target)), [.. modes.Select(mode => IrcName.Check(mode, nameof(modes)))]),
            CancellationToken.None);
    }

    /// <summary>Asks for a channel's modes.</summary>
    /// <returns>The channel as it is known now; null if the client is not in it.</returns>
    public static Task<IrcClientChannel?> AskModesAsync(this IrcClient client, string channel, CancellationToken cancellationToken = default) =>
        Check(client).AskAsync(() => IrcChannelRequests.AskModes(IrcName.Check(channel, nameof(channel))), cancellationToken);

    /// <summary>Asks for one of a channel's lists of masks.</summary>
    /// <param name="client">The client.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="mode">The list: <c>b</c> (bans), <c>e</c>, <c>I</c>, <c>q</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<IReadOnlyList<IrcListedMask>> ListMasksAsync(this IrcClient client, string channel, char mode = 'b', CancellationToken cancellationToken = default) =>
        Check(client).AskAsync(
            () => IrcChannelRequests.ListMasks(IrcName.Check(channel, nameof(channel)), char.IsAsciiLetter(mode) ? mode : throw new FormatException("A mode is a letter."), client.Limits.MaxAnswerEntries),
            cancellationToken);

    /// <summary>Asks who is in a channel, which need not be one's own.</summary>
    public static Task<IReadOnlyList<IrcClientMember>> NamesAsync(this IrcClient client, string channel, CancellationToken cancellationToken = default) =>
        Check(client).AskAsync(() => IrcChannelRequests.Names(IrcName.Check(channel, nameof(channel)), client.Limits.MaxMembers), cancellationToken);

    /// <summary>Asks about a user.</summary>
    /// <exception cref="IrcRequestException">There is none of that name (401).</exception>
    public static Task<IrcWhois> WhoisAsync(this IrcClient client, string nick, CancellationToken cancellationToken = default) =>
        Check(client).AskAsync(() => IrcUserRequests.Whois(IrcName.Check(nick, nameof(nick))), cancellationToken);

    /// <summary>Asks for the users of a channel, or those that a mask fits; the state learns what the answer says.</summary>
    public static IAsyncEnumerable<IrcWhoEntry> WhoAsync(this IrcClient client, string mask, CancellationToken cancellationToken = default) =>
        Check(client).StreamAsync<IrcWhoEntry>(take => IrcUserRequests.Who(IrcName.Check(mask, nameof(mask)), client.State.Features.HasWhoX, take), cancellationToken);

    /// <summary>Asks for the channels of the network, or those that a mask or a condition of the server's (<c>ELIST</c>) fits.</summary>
    public static IAsyncEnumerable<IrcListedChannel> ListAsync(this IrcClient client, string? mask = null, CancellationToken cancellationToken = default) =>
        Check(client).StreamAsync<IrcListedChannel>(take => IrcChannelRequests.List(mask is null ? null : IrcName.Check(mask, nameof(mask)), take), cancellationToken);

    /// <summary>Takes another nickname, which is the wanted one from now on.</summary>
    /// <returns>The nickname as the server writes it.</returns>
    public static Task<string> ChangeNickAsync(this IrcClient client, string nick, CancellationToken cancellationToken = default) =>
        Check(client).AskAsync(() => IrcUserRequests.ChangeNick(IrcName.Check(nick, nameof(nick))), cancellationToken);

    /// <summary>Goes away, or comes back if the reason is null.</summary>
    public static Task SetAwayAsync(this IrcClient client, string? reason, CancellationToken cancellationToken = default) =>
        Check(client).AskAsync(() => IrcUserRequests.SetAway(reason), cancellationToken);

    /// <summary>Takes another real name. <b>Spec</b>: IRCv3 setname.</summary>
    public static Task SetRealNameAsync(this IrcClient client, string name, CancellationToken cancellationToken = default) =>
        Check(client).AskAsync(() => IrcUserRequests.SetRealName(name), cancellationToken, Lacks(IrcCapabilities.SetName));

    /// <summary>Asks which of some users are there.</summary>
    public static Task<IReadOnlyList<string>> IsOnAsync(this IrcClient client, IReadOnlyList<string> nicks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(nicks);
        return Check(client).AskAsync(() => IrcUserRequests.IsOn([.. nicks.Select(nick => IrcName.Check(nick, nameof(nicks)))]), cancellationToken);
    }

    /// <summary>Watches users: their coming and going is told as <see cref="IrcPresenceEvent"/>.</summary>
    /// <returns>Who of them is there.</returns>
    public static Task<IReadOnlyDictionary<string, bool>> MonitorAsync(this IrcClient client, IReadOnlyList<string> nicks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(nicks);
        return Check(client).AskAsync(
            () => IrcUserRequests.Monitor([.. nicks.Select(nick => IrcName.Check(nick, nameof(nicks)))], client.State.Features.CaseMapping),
            cancellationToken,
            state => state.Features.MonitorLimit is null ? "MONITOR" : null,
            session => session.Monitor(nicks, []));
    }

    /// <summary>Watches users no more.</summary>
    public static async Task UnmonitorAsync(this IrcClient client, IReadOnlyList<string> nicks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(nicks);
        Check(client);
        await CallerContext.Detach();
        var message = new IrcMessage("MONITOR", "-", string.Join(',', nicks.Select(nick => IrcName.Check(nick, nameof(nicks)))));
        await client.AskAsync(() => IrcMessageRequests.Any(message, 1000), cancellationToken, null, session => session.Monitor([], nicks));
    }

    /// <summary>Registers an account. <b>Spec</b>: IRCv3 account-registration.</summary>
    /// <param name="client">The client.</param>
    /// <param name="account">The account; <c>*</c> for one of the client's nickname.</param>
    /// <param name="email">The mail address; <c>*</c> for none.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<IrcAccountRegistration> RegisterAsync(this IrcClient client, string account, string email, string password, CancellationToken cancellationToken = default) =>
        Check(client).AskAsync(() => IrcUserRequests.Register(IrcName.Check(account, nameof(account)), IrcName.Check(email, nameof(email)), password), cancellationToken, Lacks(IrcCapabilities.AccountRegistration));

    /// <summary>Brings the code that makes an account one's own. <b>Spec</b>: IRCv3 account-registration.</summary>
    public static Task<IrcAccountRegistration> VerifyAsync(this IrcClient client, string account, string code, CancellationToken cancellationToken = default) =>
        Check(client).AskAsync(() => IrcUserRequests.Verify(IrcName.Check(account, nameof(account)), code), cancellationToken, Lacks(IrcCapabilities.AccountRegistration));

    internal static Func<IrcClientState, string?> Lacks(string capability) => state => state.Has(capability) ? null : capability;

    internal static IrcClient Check(IrcClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client;
    }

    // The entries wait in a queue of their own, which nobody's reading holds up: an answer that nobody reads ends at the limit.
    private static async IAsyncEnumerable<T> StreamAsync<T>(this IrcClient client, Func<Func<T, bool>, IrcRequest<bool>> make, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await CallerContext.Detach();
        var entries = Channel.CreateBounded<T>(new BoundedChannelOptions(client.Limits.MaxAnswerEntries) { SingleReader = true, AllowSynchronousContinuations = false });
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task asking = FillAsync(client, make, entries, left.Token);
        try
        {
            while (await entries.Reader.WaitToReadAsync(cancellationToken))
            {
                while (entries.Reader.TryRead(out T? entry))
                {
                    yield return entry;
                    await CallerContext.Detach();
                }
            }

            await asking;
        }
        finally
        {
            left.Cancel();
        }
    }

    private static async Task FillAsync<T>(IrcClient client, Func<Func<T, bool>, IrcRequest<bool>> make, Channel<T> entries, CancellationToken cancellationToken)
    {
        try
        {
            await client.AskAsync(() => make(entries.Writer.TryWrite), cancellationToken);
        }
        finally
        {
            entries.Writer.TryComplete();
        }
    }
}
