"""What the person who publishes needs: an address of one's own, and a look before a tag is cut."""
