namespace Ropewalk.Policies;

/// <summary>Lets a protocol hide what must not be logged: it knows, before it takes or writes the bytes, that a password comes.</summary>
public interface ITrafficLogFeature
{
    /// <summary>Gets or sets whether received bytes are shown as a count only. Bytes are logged when the handler takes them, so set it before that.</summary>
    bool HidesReceived { get; set; }

    /// <summary>Gets or sets whether sent bytes are shown as a count only. Bytes are logged when they are flushed, so set it before that.</summary>
    bool HidesSent { get; set; }
}
