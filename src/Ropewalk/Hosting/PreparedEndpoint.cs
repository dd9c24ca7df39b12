using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Hosting;

/// <summary>Is one endpoint of a reload that has been made ready and not yet put in force.</summary>
internal sealed class PreparedEndpoint(ComparedEndpoint compared)
{
    public ComparedEndpoint Compared => compared;

    /// <summary>The slot: one that runs, or one that was bound for this reload; null where it can only be bound once another has let go.</summary>
    public EndpointSlot? Slot { get; set; }

    /// <summary>Whether the slot was bound for this reload.</summary>
    public bool IsNew { get; set; }

    /// <summary>What the instance takes; null where the instance stays, or takes nothing here.</summary>
    public EndpointHandlers? Handlers { get; set; }

    /// <summary>Whether another front was made.</summary>
    public bool HasFront { get; set; }

    public Func<ConnectionDelegate, ConnectionDelegate>? Front { get; set; }
}
