using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Client;

namespace Ropewalk.Testing;

/// <summary>
/// Is a written dialogue between a client and a server. One side is tested; the transcript plays the other one against it, and compares
/// what the tested side says byte for byte.
/// </summary>
/// <remarks>
/// <para><b>Shape</b>: one thing a line. <c>C: text</c> and <c>S: text</c>: the client, the server says the text and CRLF. <c>C&gt; text</c>:
/// without CRLF. <c>S~ pattern</c>: a line, ended by CRLF or LF, that matches the whole regular expression (only from the tested side; without
/// lookarounds and backreferences). Escapes <c>\r \n \t \0 \\ \xNN</c>; other text is UTF-8. A pattern is held against the line's text and
/// against its bytes, one char each, so <c>\xFF</c> in it is that byte. <c>end C</c>, <c>end S</c>: that side ends its output in good order.
/// <c>reset C</c>, <c>reset S</c>: that side resets the connection; nothing follows. <c>upgrade</c>: TLS begins on both sides. <c>stop</c>: the tested side is
/// asked to say goodbye. <c>sync</c>: the playing side waits here for what it expects even when it plays everything at once. <c># comment</c>.</para>
/// <para><c>wait 5m</c> (ms, s, m, h): virtual time passes, from deadline to deadline. The tested side must be silent until all of it has passed: what it says at
/// the very end of the wait is expected in the lines below, what it says earlier is a mismatch.</para>
/// <para>Played whole, all that the playing side says up to the next <c>wait</c>, <c>upgrade</c>, <c>stop</c>, <c>reset</c> or <c>sync</c> leaves in one write, as from a peer that
/// pipelines; per line and per byte, each line waits for what it answers, and each piece for the tested side to have taken the one before.</para>
/// </remarks>
public sealed class Transcript
{
    private readonly List<TranscriptStep> _steps;

    private Transcript(List<TranscriptStep> steps, string name)
    {
        _steps = steps;
        Name = name;
    }

    /// <summary>Gets the name that failures show: the file's.</summary>
    public string Name { get; }

    /// <summary>Parses a transcript.</summary>
    /// <exception cref="FormatException">Lines are none of the forms, or say something after that side's end; the message has all of them, each with its number.</exception>
    public static Transcript Parse(string text, string name = "transcript")
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Transcript(TranscriptParser.Parse(text, name), name);
    }

    /// <summary>Reads a transcript from a file.</summary>
    public static Transcript Load(string path) => Parse(File.ReadAllText(path), Path.GetFileName(path));

    /// <summary>Plays the client against a server.</summary>
    /// <param name="server">The tested server, which gets one connection.</param>
    /// <param name="delivery">In what pieces the client's words arrive.</param>
    /// <param name="options">Clock, patience and TLS; null for none.</param>
    /// <exception cref="TranscriptMismatchException">The server said something else, or nothing, or did not end after the client had.</exception>
    /// <exception cref="Exception">What the server threw although it said all that was expected.</exception>
    public Task PlayClientAsync(ConnectionDelegate server, Delivery delivery = Delivery.Whole, TranscriptOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        QuietScheduler quiet = new();
        (ConnectionContext client, ConnectionContext served) = ConnectionPair.Create(quiet);
        return PlayOverAsync(server, served, client, quiet, playsClient: true, delivery, options ?? new TranscriptOptions());
    }

    /// <summary>Plays the server against a client.</summary>
    /// <param name="client">What the tested client does with its connection.</param>
    /// <param name="delivery">In what pieces the server's words arrive.</param>
    /// <param name="options">Clock, patience and TLS; null for none.</param>
    /// <exception cref="TranscriptMismatchException">The client said something else, or nothing, or did not end after the server had.</exception>
    /// <exception cref="Exception">What the client threw although it said all that was expected.</exception>
    public Task PlayServerAsync(ConnectionDelegate client, Delivery delivery = Delivery.Whole, TranscriptOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        QuietScheduler quiet = new();
        (ConnectionContext tested, ConnectionContext server) = ConnectionPair.Create(quiet);
        return PlayOverAsync(client, tested, server, quiet, playsClient: false, delivery, options ?? new TranscriptOptions());
    }

    /// <summary>Plays the client against a server's session.</summary>
    public void PlayClient(SessionSide server, Delivery delivery = Delivery.Whole) => PlayAgainst(server, playsClient: true, delivery);

    /// <summary>Plays the server against a client's session.</summary>
    public void PlayServer(SessionSide client, Delivery delivery = Delivery.Whole) => PlayAgainst(client, playsClient: false, delivery);

    private void PlayAgainst(SessionSide tested, bool playsClient, Delivery delivery)
    {
        tested.OneByteSegments = delivery == Delivery.PerByte;
        tested.Begin();
        var partner = new SessionPartner(tested);
        Task played = new TranscriptPlay(Name, _steps, partner, playsClient, delivery).RunAsync();
        if (!played.IsCompleted)
        {
            throw new InvalidOperationException("A session is played without waiting.");
        }

        played.GetAwaiter().GetResult();
    }

    private async Task PlayOverAsync(
        ConnectionDelegate app, ConnectionContext tested, ConnectionContext own, QuietScheduler quiet, bool playsClient, Delivery delivery, TranscriptOptions options)
    {
        await CallerContext.Detach();
        var side = new TestedSide(app, tested);
        Task running = quiet.Context.RunAsync(side.RunAsync);
        var partner = new ConnectionPartner(own, tested.Features.Get<IConnectionLifetimeNotificationFeature>(), quiet, options);
        try
        {
            await new TranscriptPlay(Name, _steps, partner, playsClient, delivery).RunAsync();
        }
        catch (TranscriptMismatchException mismatch) when (side.Failure is { } failure)
        {
            throw new TranscriptMismatchException($"{mismatch.Message}{Environment.NewLine}The tested side failed: {failure}", failure);
        }
        finally
        {
            await partner.StopReadingAsync();
            await own.DisposeAsync();
        }

        await quiet.WhenQuietAsync();
        if (!running.IsCompleted)
        {
            await WaitForEndAsync(running, delivery, options);
        }

        await running;
    }

    private async Task WaitForEndAsync(Task running, Delivery delivery, TranscriptOptions options)
    {
        try
        {
            await running.WaitAsync(options.Patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            string hint = options.Time is { ArmedTimers: > 0 and var timers } ? $"; its clock has {timers} armed timers, for which nothing in the transcript waits" : "";
            throw new TranscriptMismatchException(
                $"{Name}:{_steps[^1].Line}, played {delivery}: expected the tested side to return when the dialogue was over{Environment.NewLine}got one that still runs{hint}");
        }
    }
}
